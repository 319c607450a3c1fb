/** Where the lines of a chart run. Plain numbers in, SVG path data out; y grows downward. */

/** `null` = no data: the line has a gap. */
export type ChartValues = readonly (number | null)[]

export interface ChartSeries {
  readonly id: string
  readonly label: string
  /** CSS: a token. */
  readonly colour: string
  /** As many as there are times; `null` = no data. */
  readonly values: ChartValues
  /** Area for flows (the usual), line for levels, forecast dotted. */
  readonly kind?: 'area' | 'line' | 'forecast' | undefined
}

/** Width of the drawing; it is stretched to the room there is. */
export const CHART_WIDTH = 1000
const LONGEST_ALONE = 24

/**
 * The least round figure that everything fits under; half of it is round, too.
 *
 * @param unitStep what a unit has of the next smaller: 1024 where figures are written in KiB and MiB
 */
export function roundTop(greatest: number, unitStep = 1000): number {
  if (!(greatest > 0)) return 1
  const unit = unitStep ** Math.max(0, Math.floor(Math.log(greatest) / Math.log(unitStep)))
  const figure = roundFigure(greatest / unit)
  // Above 800 KiB comes 1 MiB: 1,000 KiB is no round figure where 1,024 make the next unit.
  return unit * (figure >= 1000 ? unitStep : figure)
}

function roundFigure(greatest: number): number {
  const zeros = 10 ** Math.floor(Math.log10(greatest))
  const step = [1, 2, 4, 6, 8, 10].find((it) => it * zeros >= greatest * 0.999_999) ?? 10
  return step * zeros
}

export function greatestOf(series: readonly ChartValues[]): number {
  let greatest = 0
  for (const values of series)
    for (const value of values) if (value !== null) greatest = Math.max(greatest, value)
  return greatest
}

/** Of what is known; `null` = nothing is. */
export function sumOf(values: ChartValues | undefined): number | null {
  const known = (values ?? []).filter((it) => it !== null)
  return known.length === 0 ? null : known.reduce((sum, it) => sum + it, 0)
}

/** One path per stretch without a gap: `line` to draw, `area` down to zero to fill. */
export function stretches(
  values: ChartValues,
  top: number,
  height: number,
): readonly {line: string; area: string}[] {
  const found: {line: string; area: string}[] = []
  let from = -1
  for (let at = 0; at <= values.length; at++) {
    const isThere = at < values.length && values[at] !== null
    if (isThere && from === -1) from = at
    if (isThere || from === -1) continue
    found.push(stretch(values, from, at, top, height))
    from = -1
  }
  return found
}

/** Where in the width a moment stands, 0 to 1; `null` = before or after what is shown. @param times as far apart each */
export function shareAt(at: number, times: readonly number[]): number | null {
  const [first, second] = times
  const last = times.at(-1)
  if (first === undefined || second === undefined || last === undefined) return null
  // The last point stands for a time that goes on behind it.
  if (at < first || at >= last + (second - first)) return null
  return Math.min(1, (at - first) / (last - first))
}

/**
 * Marks that would cover each other stand together at the place of their first.
 * @param places px, ascending @param apart px between two that can be told apart @returns their indexes
 */
export function together(places: readonly number[], apart: number): readonly (readonly number[])[] {
  const groups: number[][] = []
  let from = -Infinity
  for (const [at, place] of places.entries()) {
    if (place - from < apart) groups.at(-1)!.push(at)
    else {
      groups.push([at])
      from = place
    }
  }
  return groups
}

/** Which value stands at a share of the width. */
export function nearestIndex(share: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.round(share * (count - 1))))
}

export function xOf(at: number, count: number): number {
  return count < 2 ? 0 : rounded((at / (count - 1)) * CHART_WIDTH)
}

function yOf(value: number, top: number, height: number): number {
  return rounded(height - (value / top) * height)
}

function stretch(values: ChartValues, from: number, to: number, top: number, height: number) {
  const points: string[] = []
  for (let at = from; at < to; at++) {
    points.push(`${xOf(at, values.length)} ${yOf(values[at]!, top, height)}`)
  }
  if (points.length === 1) return alone(from, yOf(values[from]!, top, height), values.length, height)
  const line = `M${points.join('L')}`
  return {line, area: `${line}V${height}H${xOf(from, values.length)}Z`}
}

/** A value between two gaps is a short stroke, not nothing. */
function alone(at: number, y: number, count: number, height: number) {
  const width = Math.min(LONGEST_ALONE, Math.max(2, rounded(CHART_WIDTH / count / 2)))
  const x = Math.min(CHART_WIDTH - width, Math.max(0, rounded(xOf(at, count) - width / 2)))
  const line = `M${x} ${y}h${width}`
  return {line, area: `${line}V${height}H${x}Z`}
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
