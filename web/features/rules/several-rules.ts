/** A text of several rules, as files have them: a list, or a list under `rules:`. Pure. */
import {isMap, isSeq, LineCounter, parseDocument} from 'yaml'

interface OneOfSeveral {
  /** Its own text, as one rule is sent. */
  readonly yaml: string
  /** Where it begins in the whole text, from 1. */
  readonly line: number
}

/** @returns `null` = it is one rule, or no list: then it is read as one is */
export function rulesIn(text: string): readonly OneOfSeveral[] | null {
  const lines = new LineCounter()
  const document = parseDocument(text, {lineCounter: lines, logLevel: 'silent'})
  const {contents} = document
  const list = isMap(contents) ? contents.get('rules', true) : contents
  if (document.errors.length > 0 || !isSeq(list) || list.items.length === 0) return null
  return list.items.map((item) => {
    const [from, to] = (item as {readonly range: readonly [number, number, number]}).range
    const {line, col} = lines.linePos(from)
    const [first, ...rest] = text.slice(from, to).trimEnd().split('\n')
    // What stands further in because it is in a list does not in a text of its own.
    const margin = new RegExp(`^ {0,${col - 1}}`)
    return {yaml: [first, ...rest.map((it) => it.replace(margin, ''))].join('\n') + '\n', line}
  })
}
