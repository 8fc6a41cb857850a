// Draws the stops of orders while they worked: a line at the price, with a step where a trailing one moved.

// Place of an instant among the candles, in candles: 3.5 is half way through the fourth.
function placeOf(bars, seconds, price) {
  let low = 0, high = bars.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (bars[middle].time <= seconds) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  const next = bars[low + 1]?.time ?? Infinity;
  const usual = (price.timeframe ?? 86400) * price.barsEach;
  const span = price.barsEach > 1 && next < Infinity ? next - bars[low].time : Math.min(next - bars[low].time, usual);
  const part = Math.max(0, Math.min(1, (seconds - bars[low].time) / span));
  return low + part + (price.labelEnd ? 1 : 0);
}

// Rows of the data to lines: [[from place, to place, price], ...] each.
function stopLines(rows, bars, price) {
  return rows.map(([, , , end, ...steps]) => {
    const last = end ?? bars[bars.length - 1].time + (price.timeframe ?? 86400) * price.barsEach;
    const line = [];
    for (let i = 0; i < steps.length; i += 2) {
      const until = i + 2 < steps.length ? steps[i + 2] : last;
      const from = placeOf(bars, steps[i], price);
      line.push([from, Math.max(placeOf(bars, until, price), from + 0.2), steps[i + 1]]);
    }
    return line;
  });
}

// A primitive of the chart library: it is asked to draw whenever the chart is.
function stopsPrimitive(lines, shade) {
  let chart, series;
  const draw = (target) => target.useBitmapCoordinateSpace((space) => {
    const { context, horizontalPixelRatio: rx, verticalPixelRatio: ry } = space;
    const scale = chart.timeScale(), range = scale.getVisibleLogicalRange();
    if (!range) {
      return;
    }
    const first = scale.logicalToCoordinate(Math.ceil(range.from)), spacing = scale.options().barSpacing;
    const x = (place) => (first + (place - 0.5 - Math.ceil(range.from)) * spacing) * rx;
    context.lineWidth = Math.max(1, Math.round(1.5 * ry));
    context.strokeStyle = shade();
    context.setLineDash([4 * rx, 3 * rx]);
    context.beginPath();
    for (const line of lines) {
      if (line.length === 0 || line[0][0] - 1 > range.to || line[line.length - 1][1] < range.from - 1) {
        continue;
      }
      line.forEach(([from, to, price], i) => {
        const y = series.priceToCoordinate(price);
        if (y !== null) {
          (i > 0 ? context.lineTo : context.moveTo).call(context, x(from), y * ry);
          context.lineTo(x(to), y * ry);
        }
      });
    }
    context.stroke();
  });
  const view = { renderer: () => ({ draw }) };
  return {
    attached(parts) { ({ chart, series } = parts); },
    updateAllViews() {},
    paneViews: () => [view],
  };
}
