use wgpu_activations::activation::LINEAR;

use super::*;

/// Two parameters with a value for each channel, all of them different.
fn per_channel(extent: Extent) -> Params {
    let values = (0..2 * extent.channels).map(|v| v as f32).collect();
    let channels = Channels { values, whole: vec![], aligned: vec![], extent };
    Params { numbers: vec![1.0, 0.0], shapes: vec![], channels: Some(channels) }
}

#[test]
fn pieces_cover_everything_once() {
    for [outer, channels, inner] in [[1, 1, 1], [7, 1, 1], [1, 7, 1], [1, 1, 7], [5, 3, 2], [2, 5, 4], [3, 2, 9]] {
        let params = per_channel(Extent { outer, channels, inner });
        let count = (outer * channels * inner) as usize;
        for most in 1..count + 2 {
            let (mut next, mut pieces) = (0, 0);
            for piece in params.pieces(count, most) {
                assert_eq!(piece.range.start, next);
                assert!((1..=most).contains(&piece.range.len()), "{:?} for {most}", piece.range);
                let function = piece.function(&LINEAR);
                let part = function.channels().unwrap();
                for (local, element) in piece.range.clone().enumerate() {
                    let channel = element as u64 / inner % channels;
                    let inside = (local as u64 / part.inner % part.channels) as usize;
                    assert_eq!(function.channel_params(inside), [channel as f32, (channels + channel) as f32]);
                    assert_eq!((piece.channels.start + inside) as u64, channel);
                }
                assert_eq!(piece.channels.len() as u64, part.channels);
                (next, pieces) = (piece.range.end, pieces + 1);
            }
            assert_eq!(next, count, "[{outer}, {channels}, {inner}] in pieces of {most}");
            assert!(most < count || pieces == 1);
        }
    }
}

#[test]
fn pieces_without_channels() {
    let params = Params { numbers: vec![2.0, 3.0], shapes: vec![], channels: None };
    let ranges = |count, most| params.pieces(count, most).map(|piece| piece.range).collect::<Vec<_>>();
    assert_eq!(ranges(7, 3), [0..3, 3..6, 6..7]);
    assert_eq!(ranges(3, 3), vec![0..3]);
    assert_eq!(ranges(0, 3), []);
    assert!(params.pieces(7, 3).all(|piece| piece.function(&LINEAR).params() == [2.0, 3.0]));
}
