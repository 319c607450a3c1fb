/** What a file of ours imports of ours, as its text says it: for tests of who knows whom. */
import {dirname, join, normalize} from 'node:path'

export interface Import {
  readonly from: string
  readonly to: string
  /** Static imports come with their file, dynamic ones when they are asked for, types not at all. */
  readonly kind: 'static' | 'dynamic' | 'type'
}

/** @param file its path in the project, as in the answers @param text what is in it */
export function importsOf(file: string, text: string): readonly Import[] {
  const found = text.matchAll(
    /(?:^|\n)\s*(?:import|export)(\stype)?\s[^'"`;]*?from\s*'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  )
  return [...found]
    .map(
      ([, isType, named, dynamic, bare]) =>
        ({
          from: file,
          to: resolved(file, named ?? dynamic ?? bare ?? ''),
          kind: dynamic === undefined ? (isType ? 'type' : 'static') : 'dynamic',
        }) as const,
    )
    .filter(({to}) => to !== '')
}

/** '' for packages and Node's own modules. */
function resolved(file: string, path: string): string {
  if (path.startsWith('#lab/')) return `lab/${path.slice('#lab/'.length)}`
  if (path.startsWith('#')) return `src/${path.slice(1)}`
  if (path.startsWith('.')) return normalize(join(dirname(file), path))
  return ''
}
