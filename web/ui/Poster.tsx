import {useState} from 'react'
import {initialsOf} from './initials.ts'
import {joined} from './joined.ts'
import {palette, serverColour} from './server-colours.ts'

const sizes = {
  /** Beside the lines of a row. */
  small: 'h-6 w-[18px] rounded-[3px] text-[8px]',
  row: 'h-9 w-6 rounded-[3px] text-11',
  large: 'h-[84px] w-14 rounded-s text-16',
  /** Of a grid: as wide as its column. */
  card: 'aspect-2/3 w-full rounded-m text-20',
}

/**
 * A picture in the shape of a poster. Until it is there, and where there is none, the first letters of its title stand on
 * a colour of theirs: nothing moves when it comes. Decoration: the title stands beside it.
 */
export function Poster({
  src,
  title,
  size = 'row',
  className,
}: {
  /** `null` = nobody knows where there is one. */
  src: string | null
  title: string
  size?: keyof typeof sizes
  className?: string | undefined
}) {
  return (
    <span
      aria-hidden
      className={joined(
        'kit-fill relative inline-grid shrink-0 place-items-center overflow-hidden font-bold text-surface',
        sizes[size],
        className,
      )}
      // A square of a server needs less contrast than letters on it do.
      style={{background: `color-mix(in srgb, ${serverColour(null, colourOf(title))} 84%, var(--text))`}}
    >
      {initialsOf(title)}
      {src !== null && <Picture key={src} src={src} />}
    </span>
  )
}

function Picture({src}: {src: string}) {
  const [isThere, setThere] = useState<boolean | null>(null)
  if (isThere === false) return null
  return (
    <img
      src={src}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      onLoad={() => setThere(true)}
      // No content is no picture.
      onError={() => setThere(false)}
      className={joined('absolute inset-0 size-full object-cover', isThere === null && 'opacity-0')}
    />
  )
}

/** The same title has the same colour everywhere. */
function colourOf(title: string): number {
  let sum = 0
  for (const letter of title) sum = (sum * 31 + letter.codePointAt(0)!) % 9_973
  return sum % palette.length
}
