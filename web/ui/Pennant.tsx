import {joined} from './joined.ts'

/** The mark of Commodarr: a commodore's broad pennant. Beside it, or around it, stands the name. */
export function Pennant({size = 20, className}: {size?: number | undefined; className?: string | undefined}) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden
      fill="currentColor"
      className={joined('block shrink-0 text-accent', className)}
    >
      <path d="M2.2 1.5h1.7v13H2.2z" />
      <path d="M5 2.4h9.3L11.4 6l2.9 3.6H5z" />
    </svg>
  )
}
