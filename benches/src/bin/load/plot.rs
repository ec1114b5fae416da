//! Plots, as SVG that is readable on light and on dark pages. Both axes are logarithmic, in whole numbers: what matters are
//! factors.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::figures::grouped;
use crate::report::{Report, Series};

const WIDTH: u64 = 720;
const HEIGHT: u64 = 420;
/// Room beside the axes.
const LEFT: u64 = 84;
const RIGHT: u64 = 170;
const TOP: u64 = 44;
const BOTTOM: u64 = 52;
/// Colours that hold on white and on near-black.
const COLOURS: [&str; 8] = ["#2f7ed8", "#d9622b", "#2a9d5c", "#a855c7", "#b58900", "#d1477a", "#0f9aa8", "#7d8590"];

const STYLE: &str = "svg{font:13px sans-serif;color:#1f2328;background:#fff}\
    @media(prefers-color-scheme:dark){svg{color:#e6edf3;background:#0d1117}}\
    text{fill:currentColor}.grid{stroke:currentColor;stroke-opacity:.15}";

/// A plot: its name in the data, its title, what its axes are.
struct Plot {
    name: &'static str,
    title: &'static str,
    x: &'static str,
    y: &'static str,
}

const PLOTS: [Plot; 2] = [
    Plot {
        name: "latency",
        title: "Latency of single contributions against load (open loop)",
        x: "contributions a second",
        y: "microseconds",
    },
    Plot {
        name: "size",
        title: "Cost of reads against size",
        x: "markings in the database",
        y: "microseconds (median)",
    },
];

/// Draws every plot that there is data for.
///
/// # Errors
/// When a file cannot be written.
pub fn write(report: &Report, folder: &Path) -> Result<()> {
    for plot in PLOTS {
        let lines = report.series(plot.name);
        if !lines.is_empty() {
            fs::write(folder.join(format!("{}.svg", plot.name)), drawn(&plot, &lines))?;
        }
    }
    Ok(())
}

/// One axis: the decades it spans, and the pixels it is drawn on.
struct Axis {
    from: u64,
    to: u64,
    pixels: u64,
}

impl Axis {
    /// From the decade below the least to the one above the most.
    fn around(values: impl Iterator<Item = u64> + Clone, pixels: u64) -> Self {
        let (least, most) = (values.clone().min().unwrap_or(1).max(1), values.max().unwrap_or(1).max(1));
        let from = 10_u64.pow(least.ilog10());
        let to = 10_u64.pow(most.ilog10() + u32::from(most > 10_u64.pow(most.ilog10())));
        Self { from, to: to.max(from * 10), pixels }
    }

    fn decades(&self) -> impl Iterator<Item = u64> + '_ {
        std::iter::successors(Some(self.from), |tick| Some(tick * 10)).take_while(|tick| *tick <= self.to)
    }

    /// Pixels from the beginning of the axis.
    fn at(&self, value: u64) -> u64 {
        let above = logarithm(value.max(self.from)).saturating_sub(logarithm(self.from));
        above * self.pixels / logarithm(self.to).saturating_sub(logarithm(self.from)).max(1)
    }
}

/// The binary logarithm in 1024ths, straight between powers of two: near enough for pixels.
fn logarithm(value: u64) -> u64 {
    let whole = value.max(1).ilog2();
    let fraction = (value.max(1) << 10 >> whole) - 1_024;
    u64::from(whole) * 1_024 + fraction
}

fn drawn(plot: &Plot, lines: &[&Series]) -> String {
    let points = || lines.iter().flat_map(|series| series.points.iter());
    let x = Axis::around(points().map(|(x, _)| *x), WIDTH - LEFT - RIGHT);
    let y = Axis::around(points().map(|(_, y)| *y), HEIGHT - TOP - BOTTOM);
    let place = |(px, py): (u64, u64)| (LEFT + x.at(px), HEIGHT - BOTTOM - y.at(py));
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\">\n\
         <style>{STYLE}</style>\n<text x=\"{LEFT}\" y=\"24\" font-weight=\"bold\">{}</text>\n",
        plot.title
    );
    let (right, floor) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    // Writing into memory does not fail.
    for tick in x.decades() {
        let (at, _) = place((tick, y.from));
        let label = grouped(tick);
        let _ = writeln!(
            svg,
            "<path class=\"grid\" d=\"M{at} {TOP}V{floor}\"/><text x=\"{at}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
            floor + 18
        );
    }
    for tick in y.decades() {
        let (_, at) = place((x.from, tick));
        let _ = writeln!(
            svg,
            "<path class=\"grid\" d=\"M{LEFT} {at}H{right}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            LEFT - 8,
            at + 4,
            grouped(tick)
        );
    }
    let _ = writeln!(svg, "<text x=\"{LEFT}\" y=\"{}\">{} against {}</text>", HEIGHT - 12, plot.y, plot.x);
    for ((series, colour), number) in lines.iter().zip(COLOURS.iter().cycle()).zip(0_u64..) {
        let _ = writeln!(svg, "{}", line(series, colour, place));
        let at = TOP + 12 + number * 20;
        let _ = writeln!(
            svg,
            "<path d=\"M{} {}h18\" stroke=\"{colour}\" stroke-width=\"2\"/><text x=\"{}\" y=\"{at}\">{}</text>",
            right + 8,
            at - 4,
            right + 32,
            series.name
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn line(series: &Series, colour: &str, place: impl Fn((u64, u64)) -> (u64, u64)) -> String {
    let places: Vec<(u64, u64)> = series.points.iter().map(|point| place(*point)).collect();
    let path: Vec<String> = places.iter().map(|(x, y)| format!("{x} {y}")).collect();
    let dots: String =
        places.iter().map(|(x, y)| format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"3\" fill=\"{colour}\"/>")).collect();
    format!("<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>{dots}", path.join("L"))
}
