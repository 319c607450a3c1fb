/** What will be different, as `check-config` prints it. */
import {
  differenceWeights,
  type Difference,
  type DifferencePlace,
  type DifferenceWeight,
} from '#model/qbitrr-migration.ts'

const headings: Readonly<Record<DifferenceWeight, string>> = {
  more: 'Removes or sends more than qBitrr: its rules ask first',
  careful: 'More careful than qBitrr',
  different: 'Done differently',
  notYet: 'Not there yet',
}

/** '' when nothing is. */
export function renderDifferences(
  differences: readonly Difference[],
  {color}: {readonly color: boolean},
): string {
  if (differences.length === 0) return ''
  const paint = (text: string, code: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text)
  const bold = (text: string) => paint(text, '1')
  const blocks = differenceWeights.flatMap((weight) => {
    const shown = differences.filter((it) => it.weight === weight)
    if (shown.length === 0) return []
    return [[bold(headings[weight]), ...shown.map((it) => lines(it, (text) => paint(text, '2')))].join('\n')]
  })
  return ['What will be different from qBitrr:', ...blocks].join('\n\n')
}

function lines({places, before, now, why, change}: Difference, dim: (text: string) => string): string {
  return [
    `  • ${now}`,
    ...places.map((place) => `      ${placeText(place)}`),
    dim(`      before: ${before}`),
    dim(`      why: ${why}`),
    dim(`      otherwise: ${change}`),
  ].join('\n')
}

function placeText({key, line, variable, value}: DifferencePlace): string {
  const where = variable ?? (line === null ? 'not in the file' : `line ${line}`)
  return `${where}: ${key} = ${value}`
}
