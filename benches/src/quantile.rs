//! Quantiles, for the tables here and for those of servers in `benches/http`.

/// The value below which that share of the samples lies. Between two samples it lies as far from
/// each as the share says: of an even number the median is the mean of the two in the middle.
pub fn quantile(samples: &mut [f64], share: f64) -> f64 {
    samples.sort_by(f64::total_cmp);
    let place = (samples.len() - 1) as f64 * share;
    let (below, above) = (place.floor() as usize, place.ceil() as usize);
    samples[below] + (samples[above] - samples[below]) * place.fract()
}
