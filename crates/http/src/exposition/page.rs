//! Writing families of metrics: help, type, unit, and a line for each value.

use std::fmt::Error;
use std::time::Duration;

use ofektom_meter::HistogramSnapshot;
use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Unit;

static SECONDS: Unit = Unit::Seconds;
static BYTES: Unit = Unit::Bytes;

/// Whether it could be written. It always can: the page is text in memory.
pub(super) type Written = Result<(), Error>;

/// A label's name and its value.
pub(super) type Label<'a> = (&'a str, &'a str);

/// The name of a family and what it says.
///
/// A counter's name is written without `_total`, which both formats put behind it. A name that ends in `_seconds` or `_bytes` has
/// that for its unit.
#[derive(Clone, Copy)]
pub(super) struct About(pub &'static str, pub &'static str);

impl About {
    /// The name without its unit, and the unit.
    fn split(self) -> (&'static str, Option<&'static Unit>) {
        let unit = |suffix, unit| self.0.strip_suffix(suffix).map(|name| (name, Some(unit)));
        unit("_seconds", &SECONDS).or_else(|| unit("_bytes", &BYTES)).unwrap_or((self.0, None))
    }
}

/// Of what is counted once.
const NO_LABELS: &[Label<'static>] = &[];

/// The page that is being written.
pub(super) struct Page<'p, 'e>(pub &'p mut DescriptorEncoder<'e>);

impl Page<'_, '_> {
    /// A counter without labels.
    pub fn counter(&mut self, about: About, value: u64) -> Written {
        self.counters(about, [(NO_LABELS, value)])
    }

    /// A counter for each set of labels.
    pub fn counters<'a, L>(&mut self, about: About, values: impl IntoIterator<Item = (L, u64)>) -> Written
    where
        L: AsRef<[Label<'a>]>,
    {
        let mut family = self.family(about, MetricType::Counter)?;
        for (labels, value) in values {
            let labels = labels.as_ref();
            family.encode_family(&labels)?.encode_counter::<NoLabelSet, u64, u64>(&value, None)?;
        }
        Ok(())
    }

    /// A counter of time.
    pub fn counter_of_time(&mut self, about: About, value: Duration) -> Written {
        let mut family = self.family(about, MetricType::Counter)?;
        family.encode_counter::<NoLabelSet, f64, u64>(&value.as_secs_f64(), None)
    }

    /// A gauge without labels.
    pub fn gauge(&mut self, about: About, value: i64) -> Written {
        self.gauges(about, [(NO_LABELS, value)])
    }

    /// A gauge for each set of labels.
    pub fn gauges<'a, L>(&mut self, about: About, values: impl IntoIterator<Item = (L, i64)>) -> Written
    where
        L: AsRef<[Label<'a>]>,
    {
        let mut family = self.family(about, MetricType::Gauge)?;
        for (labels, value) in values {
            let labels = labels.as_ref();
            family.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    /// A gauge of time.
    pub fn gauge_of_time(&mut self, about: About, value: Duration) -> Written {
        self.family(about, MetricType::Gauge)?.encode_gauge(&value.as_secs_f64())
    }

    /// A histogram of times, which were measured in nanoseconds, for each set of labels.
    pub fn times<'a, 'h, L>(
        &mut self,
        about: About,
        values: impl IntoIterator<Item = (L, &'h HistogramSnapshot)>,
    ) -> Written
    where
        L: AsRef<[Label<'a>]>,
    {
        let seconds = |nanoseconds| Duration::from_nanos(nanoseconds).as_secs_f64();
        let mut family = self.family(about, MetricType::Histogram)?;
        for (labels, histogram) in values {
            let labels = labels.as_ref();
            histogram_write(&mut family.encode_family(&labels)?, histogram, seconds)?;
        }
        Ok(())
    }

    /// A histogram of counts.
    pub fn sizes(&mut self, about: About, histogram: &HistogramSnapshot) -> Written {
        // Counts that are no counts of this program any more are told as the largest that fits.
        let number = |count| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
        histogram_write(&mut self.family(about, MetricType::Histogram)?, histogram, number)
    }

    fn family(&mut self, about: About, kind: MetricType) -> Result<MetricEncoder<'_>, Error> {
        let (name, unit) = about.split();
        self.0.encode_descriptor(name, about.1, unit, kind)
    }
}

fn histogram_write(
    metric: &mut MetricEncoder<'_>,
    histogram: &HistogramSnapshot,
    number: impl Fn(u64) -> f64,
) -> Written {
    let bounds = histogram.bounds().iter().map(|bound| number(*bound)).chain([f64::INFINITY]);
    let buckets: Vec<(f64, u64)> = bounds.zip(histogram.counts().iter().copied()).collect();
    metric.encode_histogram::<NoLabelSet>(number(histogram.sum()), histogram.count(), &buckets, None)
}

/// A count as a gauge has it.
pub(super) fn level(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Yes and no as a gauge has them.
pub(super) const fn flag(is: bool) -> i64 {
    if is { 1 } else { 0 }
}
