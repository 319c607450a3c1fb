import {joined} from './joined.ts'
import {stateColours, stateIconPaths, type StateIconName, type StateIconPath} from './state-icons.ts'

/** The shape of a torrent's state in the colour of its family. The word stands beside it. */
export function StateIcon({
  state,
  size = 16,
  className,
}: {
  state: StateIconName
  size?: number | undefined
  className?: string | undefined
}) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={joined('block shrink-0', stateColours[state], className)}
    >
      {stateIconPaths[state].map((path) => (
        <path key={path.d} d={path.d} {...drawing(path)} />
      ))}
    </svg>
  )
}

function drawing({fill, cut, width, dash}: StateIconPath) {
  if (fill) return {fill: 'currentColor', stroke: 'none'}
  return {
    ...(cut && {className: 'stroke-surface'}),
    ...(width !== undefined && {strokeWidth: width}),
    ...(dash !== undefined && {strokeDasharray: dash}),
  }
}
