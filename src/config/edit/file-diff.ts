/** What an edit changes in the text of the file, for people to read before it is written. Never a secret. */
import {structuredPatch} from 'diff'
import {Secret} from '#model/secret.ts'
import {isTable} from '../document/document.ts'
import {withoutTokens} from '../document/findings.ts'
import type {KeyPath} from '../document/key-path.ts'
import {statementsOf, type Statement} from '../document/locate.ts'
import {isHarmless, wrappedSecrets} from '../schema/secret-keys.ts'
import {parsed} from './toml-keys.ts'

interface DiffLine {
  readonly is: 'kept' | 'removed' | 'added'
  /** From 1: in the new text, of one that is removed in the old one. */
  readonly line: number
  readonly text: string
}

/** Lines that belong together: what changed, with what stands around it. */
export type DiffHunk = readonly DiffLine[]

/** Lines around what changed. */
const AROUND = 2
const HIDDEN = '***'

/** Both texts are valid TOML. @returns in the order of the file; [] = they say the same */
export function fileDiff(before: string, after: string): readonly DiffHunk[] {
  const [old, now] = [withoutSecrets(before), withoutSecrets(after)]
  return structuredPatch('', '', old, now, '', '', {context: AROUND}).hunks.map(linesOf)
}

function linesOf(hunk: {oldStart: number; newStart: number; lines: readonly string[]}): DiffHunk {
  let [old, now] = [hunk.oldStart, hunk.newStart]
  return hunk.lines.flatMap((line): DiffLine[] => {
    const text = line.slice(1).replace(/\r$/, '')
    switch (line[0]) {
      case '-':
        return [{is: 'removed', line: old++, text}]
      case '+':
        return [{is: 'added', line: now++, text}]
      case ' ':
        old++
        return [{is: 'kept', line: now++, text}]
      default:
        // That the last line has no end.
        return []
    }
  })
}

/** As long as before, line by line: what may be a secret is hidden, also in comments. */
function withoutSecrets(text: string): string {
  const root = parsed(text)
  let shown = ''
  let end = 0
  for (const statement of statementsOf(text)) {
    if (statement.kind !== 'pair') continue
    shown += withoutComments(text.slice(end, statement.valueStart))
    shown += shownValue(text, statement, root)
    end = statement.end
  }
  return shown + withoutComments(text.slice(end))
}

function shownValue(text: string, {path, valueStart, end}: Statement, root: unknown): string {
  const value = text.slice(valueStart, end)
  if (hasSecret(wrappedSecrets(valueAt(root, path), path))) return value.replaceAll(/[^\r\n]+/g, HIDDEN)
  // Within a list there may be comments; a number sign within a text hides no more than the rest of its line.
  return value.startsWith('[') ? withoutComments(value) : withoutTokens(value)
}

/** Words stay; a value that somebody switched off is shown where its key is known to hold no secret. */
function withoutComments(text: string): string {
  return text.replaceAll(/[^\r\n]+/g, (line) => {
    const at = line.indexOf('#')
    if (at === -1) return withoutTokens(line)
    const comment = line.slice(at)
    const isShown = isWords(comment) || isHarmlessPair(comment)
    return withoutTokens(line.slice(0, at)) + (isShown ? withoutTokens(comment) : `# ${HIDDEN}`)
  })
}

function isWords(comment: string): boolean {
  return !/[=:@]/.test(comment)
}

function isHarmlessPair(comment: string): boolean {
  const [, key, value] = /^#\s*([A-Za-z0-9_-]+)\s*=([^=#,:@]*)$/.exec(comment) ?? []
  return key !== undefined && value !== undefined && isHarmless([key])
}

function hasSecret(value: unknown): boolean {
  if (value instanceof Secret) return true
  if (Array.isArray(value)) return value.some(hasSecret)
  return isTable(value) && Object.values(value).some(hasSecret)
}

function valueAt(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    root,
  )
}
