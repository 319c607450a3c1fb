import {joined} from './joined.ts'

/** A person by his first letter. Decoration: the name stands beside it, or names the button around it. */
export function Avatar({
  name,
  size = 26,
  className,
}: {
  name: string
  size?: number | undefined
  className?: string | undefined
}) {
  return (
    <span
      aria-hidden
      className={joined(
        'inline-grid shrink-0 place-items-center rounded-full bg-text-2 text-11 font-bold text-surface',
        className,
      )}
      style={{width: size, height: size}}
    >
      {[...name.trim()][0]?.toLocaleUpperCase() ?? '?'}
    </span>
  )
}
