//! PCMU and PCMA (ITU-T G.711) by table; the tables are made at compile time.

/// mu-law silence.
pub const SILENCE: u8 = 0xFF;

/// An audio codec by its RTP encoding name (RFC 3551 section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    Pcmu,
    Pcma,
}

static PCMU_TO_PCMA: [u8; 256] = transcoding(true);
static PCMA_TO_PCMU: [u8; 256] = transcoding(false);
static PCMU_TO_LINEAR: [i16; 256] = linear();

/// Copy `payload` from one codec to the other into `out`, replacing what `out` held.
pub fn transcode(from: Codec, to: Codec, payload: &[u8], out: &mut Vec<u8>) {
    out.clear();
    match (from, to) {
        (Codec::Pcmu, Codec::Pcma) => {
            out.extend(payload.iter().map(|&b| PCMU_TO_PCMA[usize::from(b)]))
        }
        (Codec::Pcma, Codec::Pcmu) => {
            out.extend(payload.iter().map(|&b| PCMA_TO_PCMU[usize::from(b)]))
        }
        _ => out.extend_from_slice(payload),
    }
}

/// One mu-law byte as a 16-bit sample.
pub fn decode_pcmu(byte: u8) -> i16 {
    PCMU_TO_LINEAR[usize::from(byte)]
}

/// 16-bit samples as mu-law.
pub fn encode_pcmu(pcm: &[i16]) -> Vec<u8> {
    pcm.iter().map(|&s| pcmu(s)).collect()
}

const fn pcmu(sample: i16) -> u8 {
    const BIAS: i32 = 0x84;
    const CLIP: i32 = 32_635;
    let sign = if sample < 0 { 0x80 } else { 0 };
    let mut magnitude = (sample as i32).abs();
    if magnitude > CLIP {
        magnitude = CLIP;
    }
    magnitude += BIAS;
    let exponent = 24 - magnitude.leading_zeros() as i32;
    let mantissa = (magnitude >> (exponent + 3)) & 0x0F;
    !(sign | ((exponent as u8) << 4) | mantissa as u8)
}

const fn pcmu_linear(byte: u8) -> i16 {
    let bits = !byte;
    let exponent = (bits >> 4) & 7;
    let magnitude = (((((bits & 0x0F) as i32) << 3) + 0x84) << exponent) - 0x84;
    (if bits & 0x80 != 0 { -magnitude } else { magnitude }) as i16
}

const fn pcma(sample: i16) -> u8 {
    let (sign, mut magnitude) =
        if sample >= 0 { (0x80, sample as i32) } else { (0, -(sample as i32) - 1) };
    if magnitude > 32_767 {
        magnitude = 32_767;
    }
    let bits = if magnitude < 256 {
        magnitude >> 4
    } else {
        let exponent = 24 - magnitude.leading_zeros() as i32;
        (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0F)
    };
    (sign | bits as u8) ^ 0x55
}

const fn pcma_linear(byte: u8) -> i16 {
    let bits = byte ^ 0x55;
    let exponent = (bits >> 4) & 7;
    let mantissa = ((bits & 0x0F) as i32) << 4;
    let magnitude = match exponent {
        0 => mantissa + 8,
        _ => (mantissa + 0x108) << (exponent - 1),
    };
    (if bits & 0x80 != 0 { magnitude } else { -magnitude }) as i16
}

const fn linear() -> [i16; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = pcmu_linear(i as u8);
        i += 1;
    }
    table
}

const fn transcoding(from_pcmu: bool) -> [u8; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = if from_pcmu { pcma(pcmu_linear(i as u8)) } else { pcmu(pcma_linear(i as u8)) };
        i += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_its_own_decoder() {
        for byte in 0..=255u8 {
            // Two codes mean zero in mu-law; the encoder chooses the positive one.
            if byte != 0x7F {
                assert_eq!(pcmu(pcmu_linear(byte)), byte);
            }
            assert_eq!(pcma(pcma_linear(byte)), byte);
        }
    }

    #[test]
    fn known_values_of_the_standard() {
        assert_eq!((pcmu(0), pcmu(32_767), pcmu(-32_768)), (0xFF, 0x80, 0x00));
        assert_eq!((pcma(0), pcma(32_767), pcma(-32_768)), (0xD5, 0xAA, 0x2A));
        assert_eq!((decode_pcmu(0x80), decode_pcmu(0x00)), (32_124, -32_124));
    }

    #[test]
    fn transcoding_errs_by_at_most_one_quantising_step() {
        for sample in (-32_000..32_000).step_by(37).map(|s: i32| s as i16) {
            let (mut there, mut back) = (vec![], vec![]);
            transcode(Codec::Pcmu, Codec::Pcma, &encode_pcmu(&[sample]), &mut there);
            transcode(Codec::Pcma, Codec::Pcmu, &there, &mut back);
            let error = (i32::from(decode_pcmu(back[0])) - i32::from(sample)).abs();
            assert!(error <= 16 + i32::from(sample).abs() / 12, "{sample}: {error}");
        }
    }
}
