import {joined} from './joined.ts'
import {keysFor} from './keys.ts'

/** Keys as they stand on this machine's keyboard: 'Ctrl K' is ⌘ K on a Mac. A space parts keys. */
export function Kbd({keys, className}: {keys: string; className?: string | undefined}) {
  const shown = keysFor(keys)
  return (
    <span className={joined('inline-flex shrink-0 gap-0.5', className)}>
      {shown.map((key) => (
        <kbd
          key={key}
          className="rounded-s border border-line-strong bg-sunken px-1 font-sans text-11/4 font-medium text-text-2"
        >
          {key}
        </kbd>
      ))}
    </span>
  )
}
