//! The cursor of a playback over its prompts.

use std::sync::Arc;

use crate::PlayId;
use crate::g711::SILENCE;

/// A prompt in memory: mu-law at 8 kHz.
pub type Prompt = Arc<[u8]>;

/// Prompts in turn, once or for ever.
#[derive(Debug)]
pub struct Playout {
    pub id: PlayId,
    prompts: Vec<Prompt>,
    looping: bool,
    current: usize,
    offset: usize,
}

impl Playout {
    pub fn new(id: PlayId, prompts: Vec<Prompt>, looping: bool) -> Self {
        let prompts: Vec<Prompt> = prompts.into_iter().filter(|p| !p.is_empty()).collect();
        Playout { id, prompts, looping, current: 0, offset: 0 }
    }

    /// Whether nothing is left.
    pub fn is_over(&self) -> bool {
        self.current >= self.prompts.len()
    }

    /// Put the next `count` samples into `out`; the last packet is filled up with silence.
    pub fn take(&mut self, count: usize, out: &mut Vec<u8>) {
        out.clear();
        while out.len() < count && !self.is_over() {
            let prompt = &self.prompts[self.current];
            let end = prompt.len().min(self.offset + count - out.len());
            out.extend_from_slice(&prompt[self.offset..end]);
            self.offset = end;
            if end == prompt.len() {
                self.advance();
            }
        }
        out.resize(count, SILENCE);
    }

    fn advance(&mut self) {
        self.offset = 0;
        self.current += 1;
        if self.looping && self.is_over() {
            self.current = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playout(prompts: &[&[u8]], looping: bool) -> Playout {
        Playout::new(PlayId(1), prompts.iter().map(|&p| p.into()).collect(), looping)
    }

    #[test]
    fn prompts_follow_without_a_gap_and_the_end_is_filled_up() {
        let (mut playout, mut out) = (playout(&[&[1, 2, 3], &[], &[4, 5]], false), vec![]);
        playout.take(4, &mut out);
        assert_eq!(out, [1, 2, 3, 4]);
        assert!(!playout.is_over());
        playout.take(4, &mut out);
        assert_eq!(out, [5, SILENCE, SILENCE, SILENCE]);
        assert!(playout.is_over());
    }

    #[test]
    fn a_loop_goes_round() {
        let (mut playout, mut out) = (playout(&[&[1, 2, 3]], true), vec![]);
        playout.take(7, &mut out);
        assert_eq!(out, [1, 2, 3, 1, 2, 3, 1]);
    }

    #[test]
    fn a_loop_over_nothing_is_over() {
        assert!(playout(&[&[]], true).is_over());
    }
}
