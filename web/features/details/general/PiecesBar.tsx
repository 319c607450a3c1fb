import {useMemo} from 'react'
import {piecesQuery} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {bytes, count, written} from '../../../ui/format.ts'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {heldPieces, pieceRuns, type PieceRun} from './pieces-runs.ts'
import type {Torrent} from '../torrent.ts'
import {usePart} from '../use-part.ts'

const EVERY_MS = 5_000
const kinds = ['held', 'part', 'arriving'] as const satisfies readonly PieceRun['kind'][]
const looks: Readonly<Record<PieceRun['kind'], string>> = {
  held: 'fill-st-downloading',
  part: 'fill-st-downloading opacity-45',
  arriving: 'fill-st-metadata',
}
const swatches: Readonly<Record<PieceRun['kind'], string>> = {
  held: 'bg-st-downloading',
  part: 'bg-st-downloading opacity-45',
  arriving: 'bg-st-metadata',
}

/** Which pieces are here: from the first to the last, left to right. */
export function PiecesBar({torrent, whyNot}: {torrent: Torrent; whyNot: string | null}) {
  const isWhole = torrent.complete === true && (torrent.piece_count ?? 0) > 0
  const canAsk = !isWhole && whyNot === null && torrent.has_metadata !== false
  const {data, error} = usePart(torrent.server_id, {...piecesQuery(torrent), enabled: canAsk}, () => EVERY_MS)
  const pieces = canAsk ? data : null
  const states = isWhole ? '2' : (pieces?.states ?? '')
  const runs = useMemo(() => pieceRuns(states), [states])
  const have = useMemo(() => heldPieces(pieces?.states ?? ''), [pieces?.states])
  const all = pieces?.count ?? torrent.piece_count
  const reason =
    torrent.has_metadata === false
      ? text('details.pieces.none')
      : (whyNot ?? (canAsk ? error?.message : null))
  return (
    <div className="mt-3">
      <div className="mb-[5px] flex gap-3.5 text-12 text-text-2">
        <span>{text('details.pieces')}</span>
        <span className="num ml-auto truncate text-text-3">{reason ?? summary(torrent, pieces, have)}</span>
      </div>
      {canAsk && pieces === null && !reason ? (
        <Skeleton height={12} />
      ) : (
        <svg
          viewBox="0 0 1 1"
          preserveAspectRatio="none"
          role="img"
          aria-label={text('details.pieces.label', {have: count(isWhole ? all! : have), count: all ?? 0})}
          className="kit-fill block h-3 w-full rounded-[3px] bg-line-strong"
        >
          {kinds.map((kind) => (
            <path key={kind} d={pathOf(runs, kind)} className={looks[kind]} shapeRendering="crispEdges" />
          ))}
        </svg>
      )}
      {runs.some(({kind}) => kind !== 'held') && <Legend />}
    </div>
  )
}

function summary(torrent: Torrent, pieces: {count: number; size: number} | null, have: number): string {
  const all = pieces?.count ?? torrent.piece_count
  const size = pieces?.size ?? torrent.piece_size
  if (all === undefined || all === 0) return ''
  const values = {count: all, size: written(bytes(size)), have: count(have)}
  return text(pieces === null || have === all ? 'details.pieces.all' : 'details.pieces.have', {
    ...values,
    count: count(all),
  })
}

function pathOf(runs: readonly PieceRun[], of: PieceRun['kind']): string {
  return runs.map(({kind, from, to}) => (kind === of ? `M${from} 0H${to}V1H${from}z` : '')).join('')
}

function Legend() {
  return (
    <div className="mt-1.5 flex gap-3.5 text-11 text-text-3">
      {kinds.map((kind) => (
        <span key={kind} className="flex items-center gap-[5px]">
          <span aria-hidden className={`kit-fill size-2 rounded-[2px] ${swatches[kind]}`} />
          {text(`details.pieces.${kind}`)}
        </span>
      ))}
    </div>
  )
}
