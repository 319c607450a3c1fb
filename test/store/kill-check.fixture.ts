/** For tests that pull the plug: what a database must hold after any number of crashes. */
import {expect} from 'vitest'

/** What the children wrote down as acknowledged, `PREFIX.N` each; a line that the kill cut off does not count. */
export function acknowledged(lines: readonly string[]): string[] {
  return lines.filter((line) => /^\w+\.\d+$/.test(line))
}

/**
 * @param names of all settings in the database
 * @param acknowledged pairs that were answered
 */
export function expectWholePairs(names: ReadonlySet<string>, acknowledged: readonly string[]): void {
  const lost = acknowledged.filter((id) => !names.has(`${id}.a`) || !names.has(`${id}.b`))
  const half = [...names].filter((name) => !names.has(otherHalf(name)))
  expect({lost, half}).toEqual({lost: [], half: []})
}

function otherHalf(name: string): string {
  return name.endsWith('.a') ? `${name.slice(0, -1)}b` : `${name.slice(0, -1)}a`
}
