/** What is wrong with a section of config.toml as a person wrote it: each by its key and its line. Pure. */
import type {Problem} from '../../api/problem.ts'
import {text} from '../../i18n/text.ts'

export interface SectionMistake {
  /** Below the section; '' = the text as a whole. */
  readonly key: string
  /** From 1; `null` = it stands in none. */
  readonly line: number | null
  readonly words: string
}

/** As the file calls fields of their own. */
const keyOfField: Readonly<Record<string, string>> = {
  url: 'URI',
  category: 'Category',
  api_key: 'APIKey',
  skip_tls_verify: 'SkipTLSVerify',
  enabled: 'Managed',
}

/** @param typed the text that was sent */
export function mistakesInSection(
  problem: Pick<Problem, 'fields'> | null,
  typed: string,
): readonly SectionMistake[] {
  return (problem?.fields ?? []).map(({field, found, accepted}) => {
    const key = field === 'toml' ? '' : (keyOfField[field] ?? field.replace(/^settings\./, ''))
    const wants = typeof accepted === 'string' ? accepted : accepted.join(', ')
    if (key === '') {
      const line = /^TOML; line (\d+): (.*)$/s.exec(wants)
      return {
        key,
        line: line === null ? null : Number(line[1]),
        words: line === null ? text('setting.wants', {key: 'TOML', accepted: wants}) : line[2]!,
      }
    }
    // Programs are sent to the list of keys.
    const unknown = /^a key of GET \/api\/arrs\/keys\.(.*)$/s.exec(wants)
    if (unknown) {
      const meant = unknown[1]!.replaceAll('`', '')
      return {key, line: lineOf(key, typed), words: text('arr.toml.unknown', {key, meant})}
    }
    const shown =
      found === undefined || found === null ? '' : typeof found === 'string' ? found : JSON.stringify(found)
    return {
      key,
      line: lineOf(key, typed),
      words:
        shown === ''
          ? text('setting.wants', {key, accepted: wants})
          : text('setting.fault', {key, found: shown, accepted: wants}),
    }
  })
}

/** Where a key stands: of several that are called alike the one whose table it is. */
function lineOf(key: string, typed: string): number | null {
  const path = key.replaceAll(/\[\d+\]/g, '').split('.')
  const leaf = path.at(-1)!
  const above = path.slice(0, -1).join('.')
  const places = [...linesWith(leaf, typed)]
  const exact = places.find(({table}) => table === above || table.endsWith(`.${above}`))
  return (exact ?? places[0])?.line ?? null
}

function* linesWith(leaf: string, typed: string): Iterable<{readonly line: number; readonly table: string}> {
  let table = ''
  for (const [at, content] of typed.split('\n').entries()) {
    const header = /^\s*\[+\s*([^\]]+?)\s*\]/.exec(content)
    if (header) table = header[1]!
    const name = /^\s*"?([\w.-]+)"?\s*=/.exec(content)?.[1]
    if (name === leaf || name?.endsWith(`.${leaf}`)) yield {line: at + 1, table}
  }
}
