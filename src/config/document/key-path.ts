/** Where a value stands in the document: `['qBit', 'Trackers', 0, 'URI']`. Numbers are places in an array, from 0. */
export type KeyPath = readonly (string | number)[]

/** As a person finds it in the file: `qBit.Trackers[0].URI`, with quotes where TOML wants them. */
export function keyPathText(path: KeyPath): string {
  return path.reduce<string>((text, part) => text + partText(part, text === ''), '')
}

function partText(part: string | number, first: boolean): string {
  if (typeof part === 'number') return `[${part}]`
  const key = /^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part)
  return first ? key : `.${key}`
}

/** One map key per path; no two paths share it. */
export function pathId(path: KeyPath): string {
  return JSON.stringify(path)
}
