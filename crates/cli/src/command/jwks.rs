pub(super) mod change;
pub(super) mod check;
pub(super) mod compare;
pub(super) mod list;
