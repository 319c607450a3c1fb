import {encode} from 'uqr'

/** A square for a camera, dark on light in both themes: some cameras read no other. */
export function QrCode({value, label}: {value: string; label: string}) {
  const {data, size} = encode(value, {border: 4})
  const path = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      className="size-45 rounded-m"
      shapeRendering="crispEdges"
    >
      <rect width={size} height={size} className="fill-qr-paper" />
      <path d={path.join('')} className="fill-qr-ink" />
    </svg>
  )
}
