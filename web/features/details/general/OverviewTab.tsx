import {useQuery} from '@tanstack/react-query'
import {useMemo, useState, type ReactNode} from 'react'
import {setComment} from '../../../api/details.ts'
import {explanationQuery} from '../../../api/explanation.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {useNow} from '../../../live/clock.ts'
import {useServer} from '../../../live/servers.ts'
import {CopyText} from '../../../ui/CopyText.tsx'
import {DefinitionList, type Definition} from '../../../ui/DefinitionList.tsx'
import {bytes, count, written, unknown, type Quantity as Value} from '../../../ui/format.ts'
import {Quantity} from '../../../ui/Quantity.tsx'
import {usePhone} from '../../../ui/use-media.ts'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {StateIcon} from '../../../ui/StateIcon.tsx'
import {openActionDialog} from '../../actions/action-dialogs.ts'
import {oneTarget} from '../../actions/target.ts'
import {plain} from '../../torrents/table/cell-text.ts'
import {EditButton, LineDialog, lookAgain} from '../EditDialogs.tsx'
import {heldPieces, pieceRuns, type PieceRun} from '../pieces/piece-map.ts'
import {usePieces} from '../pieces/use-pieces.ts'
import {nameOf, type Torrent} from '../torrent.ts'
import {useAbilities, type Abilities} from '../use-abilities.ts'
import {BelongsTo} from './BelongsTo.tsx'
import {figuresOf, freeWords, hashesOf, madeWords, moment, trackerWords, type Figure} from './figures.ts'
import {sentenceOf, type Sentence} from './sentence.ts'

const WhyLine = lazyPart(
  ['verdict', 'explain'],
  async () => (await import('../../explain/WhyLine.tsx')).WhyLine,
  'on demand',
  <div className="mb-2.5 h-9" />,
)

const NextUp = lazyPart(['verdict'], async () => (await import('../../explain/NextUp.tsx')).NextUp, 'ahead')
const AddedBy = lazyPart(['action-names'], async () => (await import('../../explain/AddedBy.tsx')).AddedBy)
/** While it comes its place is kept, px. */
const HISTORY_HEIGHT = 138
const TorrentHistory = lazyPart(
  ['action-names'],
  async () => (await import('../../activity/TorrentHistory.tsx')).TorrentHistory,
  'ahead',
  <div style={{minHeight: HISTORY_HEIGHT}} />,
)
/** The answer in a sentence, then what the torrent is, its figures, its history and its pieces. */
export function OverviewTab({torrent, onExplain}: {torrent: Torrent; onExplain: () => void}) {
  const isPhone = usePhone()
  const now = useNow(10_000)
  const server = useServer(torrent.server_id)?.server_name ?? torrent.server_id
  const abilities = useAbilities(torrent.server_id)
  const {whyNot} = abilities
  const {data: explained} = useQuery(explanationQuery(torrent))
  return (
    <div className={generalGrid}>
      <section className={generalSection}>
        {isPhone && <WhyLine torrent={torrent} onExplain={onExplain} className="mb-2.5" />}
        <SentenceLine sentence={sentenceOf(torrent, server, now)} />
        {abilities.viewOnly !== null && <p className="mb-2.5 text-12 text-text-3">{abilities.viewOnly}</p>}
        <TorrentFacts torrent={torrent} abilities={abilities} />
      </section>
      <section className={generalSection}>
        <FigureList
          torrent={torrent}
          figures={figuresOf(torrent, now, explained?.moved ?? null)}
          canEdit={abilities.canControl}
          whyNot={whyNot}
        />
        <NextUp torrent={torrent} />
      </section>
      <section className={generalSection}>
        <TorrentHistory torrent={torrent} />
        <PiecesBar torrent={torrent} />
        <BelongsTo torrent={torrent} />
      </section>
    </div>
  )
}

/** One column, two or three: by the room of the panel, wherever it is docked. */
export const generalGrid =
  'grid min-h-0 h-full overflow-auto content-start @min-[560px]:grid-cols-2 @min-[960px]:content-stretch ' +
  '@min-[960px]:grid-cols-[minmax(0,1.15fr)_minmax(0,.8fr)_minmax(0,1.25fr)]'

export const generalSection =
  'min-w-0 px-4 py-3 max-phone:px-3.5 not-first:border-t border-line @min-[560px]:nth-2:border-t-0 @min-[560px]:nth-2:border-l ' +
  '@min-[960px]:nth-3:border-t-0 @min-[960px]:nth-3:border-l @min-[560px]:@max-[960px]:nth-3:col-span-2'

/** What it does and what that means, before any figure. */
function SentenceLine({sentence: {icon, words, quote, next}}: {sentence: Sentence}) {
  return (
    <p className="mb-[11px] flex items-start gap-[9px] leading-[1.4]">
      <StateIcon state={icon} className="mt-px" />
      <span className="min-w-0 text-pretty wrap-anywhere">
        {words} {quote !== '' && <q className="font-medium">{quote}</q>}{' '}
        {next !== '' && <span className="text-text-2">{next}</span>}
      </span>
    </p>
  )
}

/** Which figures are changed, and by which ability. */
const changed: {readonly [T in TextKey]?: 'setSpeedLimits' | 'setShareLimits'} = {
  'details.limits': 'setSpeedLimits',
  'details.share-limits': 'setShareLimits',
}

/** How much, how far, how long. */
function FigureList({
  torrent,
  figures,
  canEdit,
  whyNot,
}: {
  torrent: Torrent
  figures: readonly Figure[]
  canEdit: boolean
  whyNot: Abilities['whyNot']
}) {
  const openLimits = () => openActionDialog('limits', oneTarget(nameOf(torrent)))
  return (
    <DefinitionList
      className="num"
      entries={figures.map(({id, term, value}) => {
        const verb = canEdit ? changed[term] : undefined
        return {
          id,
          term: text(term),
          value:
            verb === undefined ? (
              <Quantity value={value} />
            ) : (
              <span className="flex items-center gap-1">
                <Quantity value={value} className="truncate" />
                <EditButton what={text(term)} whyNot={whyNot(verb)} onClick={openLimits} />
              </span>
            ),
        }
      })}
    />
  )
}

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
function PiecesBar({torrent}: {torrent: Torrent}) {
  const isWhole = torrent.complete === true && (torrent.piece_count ?? 0) > 0
  const {part, reason: whyNot} = usePieces(torrent, !isWhole)
  const {data, error} = part
  const canAsk = !isWhole && whyNot === null
  const pieces = canAsk ? data : null
  const states = isWhole ? '2' : (pieces?.states ?? '')
  const runs = useMemo(() => pieceRuns(states), [states])
  const have = useMemo(() => heldPieces(pieces?.states ?? ''), [pieces?.states])
  const all = pieces?.count ?? torrent.piece_count
  const reason = isWhole ? null : (whyNot ?? error?.message ?? null)
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

type EditedBy = {
  readonly dialog: 'location' | 'category' | 'tags'
  readonly verb: 'setLocation' | 'setCategory' | 'setTags'
}

/** Where it lies, whose it is, when it came; what can be changed has a pencil. */
function TorrentFacts({torrent, abilities}: {torrent: Torrent; abilities: Abilities}) {
  const now = useNow(60_000)
  const server = useServer(torrent.server_id)
  const [isCommenting, setCommenting] = useState(false)
  const {canControl, whyNot} = abilities
  const edited = (term: TextKey, value: ReactNode, {dialog, verb}: EditedBy): Definition =>
    editable(term, value, canControl, whyNot(verb), () =>
      openActionDialog(dialog, oneTarget(nameOf(torrent))),
    )
  const free = server && freeWords(torrent, server)
  const made = madeWords(torrent, now)
  const {incomplete_path: incomplete, completed_path: completed, completed_at: completedAt, comment} = torrent
  const entries: (Definition | null | false)[] = [
    edited('details.save-path', pathValue(torrent.save_path), {dialog: 'location', verb: 'setLocation'}),
    typeof incomplete === 'string' && torrent.complete !== true
      ? {id: 'incomplete', term: text('details.incomplete-path'), value: pathValue(incomplete)}
      : null,
    typeof completed === 'string' && torrent.complete !== true
      ? {id: 'when-complete', term: text('details.completed-path'), value: pathValue(completed)}
      : null,
    edited('details.category', wordsOr(torrent.category, 'details.no-category'), {
      dialog: 'category',
      verb: 'setCategory',
    }),
    edited('details.tags', wordsOr(torrent.tags?.join(', '), 'details.no-tags'), {
      dialog: 'tags',
      verb: 'setTags',
    }),
    {
      id: 'added',
      term: text('details.added'),
      value: (
        <>
          <Quantity value={moment(torrent.added_at, now)} className="font-normal" />{' '}
          <AddedBy torrent={torrent} />
        </>
      ),
    },
    typeof completedAt === 'number' && quantity('details.completed', moment(completedAt, now)),
    quantity('details.tracker', trackerWords(torrent)),
    free && quantity(free.term, free.value),
    ...hashesOf(torrent).map(({term, hash}) => ({
      id: term,
      term: text(term),
      value: (
        <CopyText value={hash} label={text('details.copy-hash')} className="-my-[3px] pointer-coarse:-my-3" />
      ),
    })),
    comment === undefined
      ? null
      : editable(
          'details.comment',
          wordsOr(comment, 'details.no-comment'),
          canControl && whyNot('setComment') === null,
          null,
          () => setCommenting(true),
        ),
    made && quantity('details.made', made),
    quantity('details.last-active', moment(torrent.last_activity_at, now)),
    typeof torrent.seen_complete_at === 'number' &&
      torrent.complete !== true &&
      quantity('details.seen-whole', moment(torrent.seen_complete_at, now)),
  ]
  return (
    <>
      <DefinitionList entries={entries.filter((it) => it !== null && it !== false)} />
      {isCommenting && (
        <LineDialog
          title={text('comment.title')}
          about={torrent}
          label={text('comment.title')}
          verb={text('comment.do')}
          value={comment ?? ''}
          isLong
          mistakeIn={() => null}
          send={(typed) => setComment(torrent, typed).then(() => lookAgain(torrent))}
          onClose={() => setCommenting(false)}
        />
      )}
    </>
  )
}

function quantity(term: TextKey, value: Value): Definition {
  return {id: term, term: text(term), value: <Quantity value={value} className="font-normal" />}
}

function pathValue(path: string | undefined): ReactNode {
  if (path === undefined) return <Quantity value={unknown()} />
  return (
    <span className="font-mono text-12" title={path}>
      {path}
    </span>
  )
}

function wordsOr(words: string | undefined, none: TextKey): ReactNode {
  const value = words === undefined ? unknown() : plain(words === '' ? text(none) : words)
  return <span title={value.exact}>{value.text}</span>
}

function editable(
  term: TextKey,
  value: ReactNode,
  canEdit: boolean,
  whyNot: string | null,
  edit: () => void,
): Definition {
  const shown = canEdit ? (
    <span className="flex max-w-full items-center gap-1">
      <span className="min-w-0 truncate">{value}</span>
      <EditButton what={text(term)} whyNot={whyNot} onClick={edit} />
    </span>
  ) : (
    value
  )
  return {id: term, term: text(term), value: shown}
}
