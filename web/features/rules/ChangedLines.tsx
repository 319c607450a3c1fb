import {joined} from '../../ui/joined.ts'
import type {VersionLine} from './version-lines.ts'

/** Lines of a text that differ from another one. @param words what each is: it is said before the line */
export function ChangedLines({
  lines,
  words,
  isShown = false,
}: {
  lines: readonly VersionLine[]
  words: Readonly<Record<VersionLine['is'], string>>
  /** Both are of now, so that a sign does not say which is which. */
  isShown?: boolean
}) {
  return (
    <ul className="rounded-m bg-sunken px-2 py-1.5 font-mono text-12">
      {lines.map(({is, text: line}, nth) => (
        <li
          // A line is where it stands.
          // oxlint-disable-next-line react/no-array-index-key
          key={nth}
          className={joined('whitespace-pre-wrap wrap-anywhere', is === 'gone' && 'text-text-2')}
        >
          {!isShown && <span aria-hidden>{is === 'gone' ? '− ' : '+ '}</span>}
          <span className={isShown ? 'inline-block w-16 font-medium' : 'sr-only'}>{words[is]} </span>
          {line}
        </li>
      ))}
    </ul>
  )
}
