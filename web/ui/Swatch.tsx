import {joined} from './joined.ts'

/** The square of a server; hollow while it is not online. Its name stands beside it. */
export function Swatch({
  colour,
  isHollow = false,
  size = 8,
  className,
}: {
  /** CSS: see `serverColour`. */
  colour: string
  isHollow?: boolean | undefined
  size?: number | undefined
  className?: string | undefined
}) {
  return (
    <span
      aria-hidden
      className={joined('kit-fill inline-block shrink-0 rounded-[25%]', className)}
      style={{
        width: size,
        height: size,
        ...(isHollow ? {boxShadow: `inset 0 0 0 1.5px ${colour}`} : {background: colour}),
      }}
    />
  )
}
