//! Byte pair encoding: bytes that no text has stand for two bytes each, which can be such bytes
//! themselves.

/// What each byte stands for, by its number; `[0, 0]` is the byte itself.
type Pairs = [[u8; 2]; 256];

/// Encodes the texts together and returns each one. No text has a NUL.
pub(crate) fn encode(texts: &[String]) -> (Pairs, Vec<Vec<u8>>) {
    let mut bytes = texts.join("\0").into_bytes();
    let free = (1..=u8::MAX).filter(|byte| !bytes.contains(byte));
    let free: Vec<u8> = free.collect();
    let mut pairs = [[0; 2]; 256];
    for code in free {
        let Some(pair) = most_frequent(&bytes) else {
            break;
        };
        if let Some(place) = pairs.get_mut(usize::from(code)) {
            *place = pair;
        }
        bytes = replaced(&bytes, pair, code);
    }
    let encoded = bytes.split(|byte| *byte == 0);
    (pairs, encoded.map(<[u8]>::to_vec).collect())
}

/// The pair within one text that is there most often, if one is worth its place in the table.
fn most_frequent(bytes: &[u8]) -> Option<[u8; 2]> {
    const WORTH: u32 = 8;
    let mut counts = vec![0_u32; 1 << 16];
    for pair in bytes.windows(2) {
        if let [first @ 1..=u8::MAX, second @ 1..=u8::MAX] = *pair {
            let index = usize::from(u16::from_be_bytes([first, second]));
            if let Some(count) = counts.get_mut(index) {
                *count += 1;
            }
        }
    }
    let (index, count) = counts.iter().enumerate().max_by_key(|(_, count)| **count)?;
    let pair = u16::try_from(index).ok()?.to_be_bytes();
    (*count >= WORTH).then_some(pair)
}

fn replaced(bytes: &[u8], pair: [u8; 2], code: u8) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((byte, after)) = rest.split_first() {
        let of_pair = rest.strip_prefix(&pair);
        replaced.push(of_pair.map_or(*byte, |_| code));
        rest = of_pair.unwrap_or(after);
    }
    replaced
}
