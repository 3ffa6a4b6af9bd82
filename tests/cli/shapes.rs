//! Each shape of a token, by the program that it is for.

mod credential_helper;
mod curl;
mod git;
mod json;
mod kubernetes;
mod output_file;
mod shells;
mod special_characters;
mod usage;
