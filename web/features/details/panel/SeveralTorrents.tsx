import {useQueries, useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {useMemo, type ReactNode} from 'react'
import {previewRemoval, type RemovalPreview, type SelectionFigures} from '../../../api/actions.ts'
import {filesQuery} from '../../../api/details.ts'
import {text} from '../../../i18n/text.ts'
import {useIsGone} from '../../../live/socket.ts'
import {Awaited} from '../../../ui/Awaited.tsx'
import {DefinitionList} from '../../../ui/DefinitionList.tsx'
import {bytes, count, written} from '../../../ui/format.ts'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {objectionTo} from '../../actions/actions.ts'
import {freedWords} from '../../actions/freed-words.ts'
import {keptByDoubt, obstacles} from '../../actions/delete/removal.ts'
import {useSelectionFigures} from '../../actions/selection-figures.ts'
import {partsOf, type Selected, type TorrentName} from '../../torrent-rows/selection.ts'
import type {DetailTab} from '../../torrents/torrents-search.ts'
import {generalGrid, generalSection} from '../general/OverviewTab.tsx'
import {freesWords} from '../links/link-words.ts'
import {PartEmpty, PartSkeleton} from '../PartFrame.tsx'
import {filesOfAll, sharedFacts, sums, type SeveralFigure, type TorrentFiles} from './several.ts'

/** Reckoning up many takes the server a while. */
const MANY = 5_000
const LOOK_AGAIN_MS = {few: 3_000, many: 10_000} as const

/** What several torrents have together: of all of them, as their server reckons it. */
export function SeveralTorrents({selected, total, tab}: {selected: Selected; total: number; tab: DetailTab}) {
  const everyMs = total > MANY ? LOOK_AGAIN_MS.many : LOOK_AGAIN_MS.few
  const figures = useSelectionFigures(selected, true, everyMs)
  const objection = objectionTo(selected, useIsGone())
  if (figures === null)
    return objection === null ? <PartSkeleton /> : <PartEmpty className="pt-4" title={objection} />
  if (tab === 'overview') return <Together figures={figures} total={total} />
  if (tab === 'files') return <FilesOfAll selected={selected} />
  if (tab === 'trackers') return <TrackersOfAll figures={figures} />
  if (tab === 'links') return <RemovalOfAll figures={figures} isAlone />
  return <PartEmpty className="pt-4" title={text('details.several.one-only')} />
}

function Together({figures, total}: {figures: SelectionFigures; total: number}) {
  return (
    <div className={generalGrid}>
      <section className={generalSection}>
        <p className="mb-[11px]">
          <b>{text('details.several', {count: total})}</b>
        </p>
        <Figures figures={sharedFacts(figures)} />
      </section>
      <section className={generalSection}>
        <Figures figures={sums(figures)} />
        {figures.stale > 0 && (
          <p className="mt-2.5 text-12 text-text-3">
            {text('details.several.stale', {count: figures.stale})}
          </p>
        )}
        {figures.gone > 0 && (
          <p className="mt-2.5 text-12 text-text-3">{text('details.several.gone', {count: figures.gone})}</p>
        )}
      </section>
      <section className={generalSection}>
        <RemovalOfAll figures={figures} />
      </section>
    </div>
  )
}

function Figures({figures}: {figures: readonly SeveralFigure[]}) {
  const entries = figures.map(({term, value}) => ({
    id: term,
    term: text(term),
    value: <Quantity value={value} />,
  }))
  return <DefinitionList entries={entries} />
}

const PREVIEW_FRESH_MS = 60_000

/** What deleting all of them with their files would free: the figures of the delete dialog. */
function RemovalOfAll({figures, isAlone = false}: {figures: SelectionFigures; isAlone?: boolean}) {
  const {selection_id: id, count: many} = figures
  const reading = useQuery({
    queryKey: ['removal-preview', 'details', id, many],
    queryFn: ({signal}) => previewRemoval({selection_id: id}, signal),
    staleTime: PREVIEW_FRESH_MS,
    retry: false,
  })
  const {data} = reading
  const shown = (
    <>
      <Awaited reading={reading} what={text('links.if-all-removed')}>
        <div className="h-[18px]" />
      </Awaited>
      {data && (
        <dl className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1">
          <dt>{text('links.if-all-removed')}</dt>
          <dd className="num font-medium">
            {data.count === 0 ? text('links.frees-nothing') : freesWords(data)}
          </dd>
          <dd className="col-span-2 text-12 text-pretty wrap-anywhere text-text-2">{whyOf(data)}</dd>
        </dl>
      )}
    </>
  )
  return isAlone ? <div className="h-full overflow-auto px-4 py-3.5 max-phone:px-3.5">{shown}</div> : shown
}

function whyOf(preview: RemovalPreview): string {
  const {library} = preview
  return [
    ...obstacles(preview).map(({name, message}) => `${name}: ${message}`),
    freedWords(preview, false),
    ...keptByDoubt(preview).map(({message}) => message),
    ...library.arrs.map(({arr_name: arr, files}) => text('links.library-goes', {count: files, arr})),
    library.unknown === null ? '' : library.unknown.message,
  ]
    .filter((it) => it !== '')
    .join(' ')
}

/** Of more nobody reads the lists of files: each is a question to its server. */
const MOST_LISTS = 20

function FilesOfAll({selected}: {selected: Selected}) {
  const names = useMemo(
    () => (selected.kind === 'some' ? [...selected.names].slice(0, MOST_LISTS) : []),
    [selected],
  )
  const lists = useQueries({
    queries: names.map((name) => ({...filesQuery(partsOf(name)), staleTime: PREVIEW_FRESH_MS, retry: false})),
  })
  if (selected.kind !== 'some' || selected.names.size > MOST_LISTS)
    return <PartEmpty className="pt-4" title={text('details.several.files-most', {count: MOST_LISTS})} />
  const known = lists.flatMap(({data}, at): TorrentFiles[] => (data ? [{name: names[at]!, files: data}] : []))
  const {torrents, kinds} = filesOfAll(known)
  const isReading = lists.some(({isPending}) => isPending)
  const failed = lists.filter(({isError}) => isError).length
  return (
    <div className="h-full overflow-auto">
      <p className="num px-4 py-2.5 text-12 text-text-2 max-phone:px-3.5">
        {[
          ...kinds.map(({extension, files, size}) =>
            text('details.several.kind', {
              kind: extension === '' ? text('details.several.no-extension') : `.${extension}`,
              count: files,
              size: written(bytes(size)),
            }),
          ),
          ...(isReading ? [text('details.several.reading')] : []),
          ...(failed > 0 ? [text('details.several.unread', {count: failed})] : []),
        ].join(' · ')}
      </p>
      <Rows label={text('files.label')}>
        {torrents.map(({name, first, files, size}) => (
          <Row key={name} value={`${text('files.count', {count: files})} · ${written(bytes(size))}`}>
            <ToTorrent name={name} tab="files">
              {first}
            </ToTorrent>
          </Row>
        ))}
      </Rows>
    </div>
  )
}

function TrackersOfAll({figures: {trackers}}: {figures: SelectionFigures}) {
  return (
    // It scrolls by the keys, too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section aria-label={text('details.tab.trackers')} tabIndex={0} className={scrolling}>
      <Rows label={text('trackers.label')}>
        {trackers.most.map(({value, count: many}) => (
          <Row key={value} value={text('details.several', {count: many})}>
            {value === '' ? text('details.no-tracker') : value}
          </Row>
        ))}
      </Rows>
      {trackers.distinct > trackers.most.length && (
        <p className="px-4 py-2 text-12 text-text-3">
          {text('details.more-values', {count: count(trackers.distinct - trackers.most.length)})}
        </p>
      )}
    </section>
  )
}

const scrolling = 'h-full overflow-auto pt-2 focus-visible:shadow-focus-in'

function Rows({label, children}: {label: string; children: ReactNode}) {
  return (
    <ul aria-label={label} className="border-t border-line">
      {children}
    </ul>
  )
}

function Row({value, children}: {value: string; children: ReactNode}) {
  return (
    <li className="flex min-h-[30px] items-center gap-4 border-b border-line px-4 py-1 max-phone:px-3.5 pointer-coarse:min-h-11">
      <span className="min-w-0 flex-1">{children}</span>
      <span className="num text-12 whitespace-nowrap text-text-2">{value}</span>
    </li>
  )
}

function ToTorrent({name, tab, children}: {name: TorrentName; tab: DetailTab; children: string}) {
  return (
    <Link to="/torrents" search={(before) => ({...before, at: name, tab})} className={textLinkClass}>
      <MiddleText>{children}</MiddleText>
    </Link>
  )
}
