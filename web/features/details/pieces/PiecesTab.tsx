import {useEffect, useMemo, useRef, useState} from 'react'
import type {Pieces} from '../../../api/details.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {bytes, count, written} from '../../../ui/format.ts'
import {observeWidth} from '../../../ui/observe-width.ts'
import {Segmented} from '../../../ui/Segmented.tsx'
import {PartEmpty, PartFrame} from '../PartFrame.tsx'
import type {Torrent} from '../torrent.ts'
import {
  copiesKinds,
  copiesSquares,
  haveKinds,
  haveSquares,
  heldPieces,
  piecesPerSquare,
  summarise,
  type CopiesKind,
  type HaveKind,
} from './piece-map.ts'
import {copiesOf, usePieces} from './use-pieces.ts'

type Shown = 'copies' | 'have'

/** Which pieces are here, and how rare each is among the peers, as far as its server tells. */
export function PiecesTab({torrent}: {torrent: Torrent}) {
  const {part, reason, whyNoCopies, noteOnCopies} = usePieces(torrent)
  const [picked, pick] = useState<Shown | null>(null)
  if (reason !== null) return <PartEmpty title={reason} className="pt-4" />
  const copies = part.data && copiesOf(part.data)
  // Where few copies are reported the other map says more.
  const usual = copies && copies.filter((it) => it === null).length * 2 > copies.length ? 'have' : 'copies'
  const shown: Shown = copies ? (picked ?? usual) : 'have'
  return (
    <PartFrame
      part={part}
      serverId={torrent.server_id}
      viewOnly={null}
      start={part.data && <span className="num text-12 text-text-2">{summaryOf(part.data)}</span>}
      actions={
        copies && (
          <Segmented
            value={shown}
            onChange={pick}
            label={text('pieces.show')}
            options={[
              {value: 'copies', label: text('pieces.copies')},
              {value: 'have', label: text('pieces.have')},
            ]}
          />
        )
      }
    >
      {(pieces) =>
        pieces.count === 0 ? (
          <PartEmpty title={text('details.pieces.none')} />
        ) : (
          <section
            aria-label={text('details.tab.pieces')}
            // It scrolls by the keys, too.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            className="min-h-0 overflow-auto border-t border-line px-4 py-3 focus-visible:shadow-focus-in max-phone:px-3.5"
          >
            <p className="mb-2.5 text-pretty">
              {copies ? rarityWords(pieces, copies) : (whyNoCopies ?? text('pieces.no-copies'))}{' '}
              {copies && noteOnCopies !== '' && <span className="text-text-3">{noteOnCopies}</span>}
            </p>
            {shown === 'copies' && copies ? (
              <CopiesMap copies={copies} />
            ) : (
              <HaveMap states={pieces.states} />
            )}
            {piecesPerSquare(pieces.count) > 1 && (
              <p className="num mt-1.5 text-12 text-text-3">
                {text('pieces.square', {count: piecesPerSquare(pieces.count)})}
              </p>
            )}
          </section>
        )
      }
    </PartFrame>
  )
}

function summaryOf({count: all, size, states}: Pieces): string {
  const have = heldPieces(states)
  const values = {count: count(all), size: written(bytes(size)), have: count(have)}
  return text(have === all ? 'details.pieces.all' : 'details.pieces.have', values)
}

/** What the copies mean for whoever seeds or waits. */
function rarityWords(pieces: Pieces, copies: readonly (number | null)[]): string {
  const {least, keptAlive, nowhere, untold} = summarise(pieces.states, copies)
  if (least === null) return text('pieces.no-copies')
  return [
    nowhere > 0 ? text('pieces.nowhere', {count: nowhere}) : '',
    keptAlive > 0 ? text('pieces.kept-alive', {count: keptAlive}) : '',
    nowhere + keptAlive > 0
      ? ''
      : text(untold > 0 ? 'pieces.least-reported' : 'pieces.least', {count: least}),
  ]
    .filter((it) => it !== '')
    .join(' ')
}

interface Look {
  /** Of its squares. */
  readonly fill: string
  /** Of its place in the legend. */
  readonly swatch: string
  readonly words: TextKey
}

const haveLooks: Readonly<Record<HaveKind, Look>> = {
  held: {fill: 'fill-st-downloading', swatch: 'bg-st-downloading', words: 'details.pieces.held'},
  part: {
    fill: 'fill-st-downloading opacity-45',
    swatch: 'bg-st-downloading opacity-45',
    words: 'details.pieces.part',
  },
  arriving: {fill: 'fill-st-metadata', swatch: 'bg-st-metadata', words: 'details.pieces.arriving'},
  missing: {fill: 'fill-line-strong', swatch: 'bg-line-strong', words: 'pieces.missing'},
}

const copiesLooks: Readonly<Record<CopiesKind, Look>> = {
  none: {fill: 'fill-st-error', swatch: 'bg-st-error', words: 'pieces.none'},
  rare: {fill: 'fill-st-stalled', swatch: 'bg-st-stalled', words: 'pieces.rare'},
  some: {fill: 'fill-st-seeding opacity-60', swatch: 'bg-st-seeding opacity-60', words: 'pieces.some'},
  many: {fill: 'fill-st-seeding', swatch: 'bg-st-seeding', words: 'pieces.many'},
  untold: {fill: 'fill-line-strong', swatch: 'bg-line-strong', words: 'pieces.untold'},
}

function HaveMap({states}: {states: string}) {
  const squares = useMemo(() => haveSquares(states), [states])
  return <PieceMap squares={squares} kinds={haveKinds} looks={haveLooks} label={text('pieces.have')} />
}

function CopiesMap({copies}: {copies: readonly (number | null)[]}) {
  const squares = useMemo(() => copiesSquares(copies), [copies])
  return <PieceMap squares={squares} kinds={copiesKinds} looks={copiesLooks} label={text('pieces.copies')} />
}

const SIDE = 9
const STEP = SIDE + 2

/** Squares in rows as wide as there is room, and what their colours mean, with how many there are. */
function PieceMap<K extends string>({
  squares,
  kinds,
  looks,
  label,
}: {
  squares: readonly K[]
  kinds: readonly K[]
  looks: Readonly<Record<K, Look>>
  label: string
}) {
  const box = useRef<HTMLDivElement>(null)
  const [columns, setColumns] = useState(0)
  useEffect(() => {
    const it = box.current
    if (!it) return
    return observeWidth(it, (width) => setColumns(Math.max(1, Math.floor((width + 2) / STEP))))
  }, [])
  const paths = useMemo(() => pathsOf(squares, columns), [squares, columns])
  const rows = columns === 0 ? 0 : Math.ceil(squares.length / columns)
  const found = kinds.flatMap((kind) => {
    const many = squares.filter((it) => it === kind).length
    return many === 0 ? [] : [{kind, many}]
  })
  const words = found.map(({kind, many}) => `${text(looks[kind].words)}: ${count(many)}`)
  return (
    <div ref={box}>
      <svg
        width={columns * STEP}
        height={rows * STEP}
        role="img"
        aria-label={`${label}. ${words.join(', ')}`}
        className="kit-fill block max-w-full"
      >
        {found.map(({kind}) => (
          <path key={kind} d={paths.get(kind)} className={looks[kind].fill} />
        ))}
      </svg>
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-12 text-text-2">
        {found.map(({kind, many}) => (
          <li key={kind} className="flex items-center gap-1.5">
            <span aria-hidden className={`kit-fill size-[9px] rounded-[2px] ${looks[kind].swatch}`} />
            {text(looks[kind].words)}
            <span className="num text-text-3">{count(many)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function pathsOf<K>(squares: readonly K[], columns: number): ReadonlyMap<K, string> {
  const parts = new Map<K, string[]>()
  if (columns === 0) return new Map()
  for (const [at, kind] of squares.entries()) {
    const part = `M${(at % columns) * STEP} ${Math.floor(at / columns) * STEP}h${SIDE}v${SIDE}h-${SIDE}z`
    const known = parts.get(kind)
    if (known) known.push(part)
    else parts.set(kind, [part])
  }
  return new Map([...parts].map(([kind, its]) => [kind, its.join('')]))
}
