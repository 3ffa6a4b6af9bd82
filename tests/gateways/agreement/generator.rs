//! What is changed in the assertions: every single thing, and then several at once.

use serde_json::Value;

use super::draft::Change;
use super::random::Random;
use super::twist::Twist;
use super::values::Place;

pub(super) struct Generator {
    random: Random,
    places: Vec<Place>,
}

impl Generator {
    pub(super) const fn new(seed: u64, places: Vec<Place>) -> Self {
        Self {
            random: Random::new(seed),
            places,
        }
    }

    pub(super) const fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Nothing at all, and each change by itself; `exp` also without `iat`, by which the limits for
    /// it may be others.
    pub(super) fn singles(&self) -> Vec<Vec<Change>> {
        let mut singles = vec![Vec::new()];
        for change in self.places.iter().flat_map(Place::changes) {
            if matches!(change, Change::Claim("exp", Some(Value::Number(_)))) {
                singles.push(vec![Change::Claim("iat", None), change.clone()]);
            }
            singles.push(vec![change]);
        }
        // Another client as a whole.
        for value in [Value::from("nobody"), Value::from(5)] {
            let names = ["iss", "sub"].map(|name| Change::Claim(name, Some(value.clone())));
            singles.push(names.to_vec());
        }
        singles.extend(Twist::ALL.map(|twist| vec![Change::Text(twist)]));
        singles
    }

    /// Two changes at once, or three.
    pub(super) fn several(&mut self) -> Vec<Change> {
        let count = 2 + self.random.below(2);
        (0..count).map(|_| self.change()).collect()
    }

    fn change(&mut self) -> Change {
        let total: usize = self.places.iter().map(|place| place.weight).sum();
        let mut left = self.random.below(total + 4);
        for place in &self.places {
            if left < place.weight {
                return self.random.one_of(&place.changes()).clone();
            }
            left -= place.weight;
        }
        Change::Text(*self.random.one_of(&Twist::ALL))
    }
}
