import {X} from 'lucide-react'
import {useEffect, useMemo} from 'react'
import {liveLimits, type LiveTotals, type ViewWish} from '#model/live.ts'
import {text} from '../../../i18n/text.ts'
import {toast} from '../../../lib/toast.ts'
import {useServers} from '../../../live/servers.ts'
import {useLiveView} from '../../../live/use-view.ts'
import type {LiveView} from '../../../live/view.ts'
import {Button} from '../../../ui/Button.tsx'
import {bytes, count, fullSpeed, ratio} from '../../../ui/format.ts'
import {IconButton} from '../../../ui/IconButton.tsx'
import {Kbd} from '../../../ui/Kbd.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {useSettled} from '../../../ui/use-settled.ts'
import {SelectionActions} from '../../actions/ActionMenus.tsx'
import {
  missing,
  queryFor,
  sumsOf,
  useSelectionFigures,
  type SelectionSums,
} from '../../actions/selection-figures.ts'
import {scopeText} from '../../servers/switcher/scope.ts'
import {partsOf, selection, useIsHere, type Selected, type TorrentName} from '../../torrent-rows/selection.ts'
import {useTorrentsSearch} from '../torrents-search.ts'
import {ledgerClass} from './SelectionFooter.tsx'

/** What is selected, where it is, and what can be done with it. */
export function SelectionLine({view, selected}: {view: LiveView; selected: Selected}) {
  const sums = useSelectionSums(selected)
  const isHere = useIsHere()
  // Of all that match as many as there are now: so many look chosen, and would be touched.
  const selectedCount = selected.kind === 'matching' && sums ? sums.count : selection.count
  const {q, servers = null} = view.wish
  const found = view.totals?.count ?? 0
  return (
    <section
      data-ledger
      aria-label={text('ledger.selection')}
      className={`${ledgerClass} gap-1 bg-accent-soft`}
    >
      {/* What finds no room wraps, and is out of sight as a whole. */}
      <div className="mr-auto flex h-full min-w-0 flex-wrap gap-x-3.5 overflow-hidden text-text-2 *:flex *:h-full *:items-center">
        <span className="gap-1 max-phone:hidden!">
          <b className="num text-text">{text('ledger.selected', {all: count(selectedCount)})}</b>
          {sums && sums.servers.length > 0 && whereWords(sums.servers)}
        </span>
        <b className="num text-text phone:hidden!">{count(selectedCount)}</b>
        <OutsideNote view={view} selected={selected} />
        {sums && <Quantity value={bytes(sums.size)} className="font-bold text-text max-phone:font-medium" />}
        {sums?.ratio !== undefined && (
          <span className="num gap-1 max-phone:hidden!">
            {text('ledger.ratio')} <Quantity value={ratio(sums.ratio)} className="font-bold text-text" />
          </span>
        )}
        {(selectedCount < found || !isHere) && (
          <TextButton className="max-phone:hidden!" onClick={() => selection.matching(q, servers, found)}>
            {text('ledger.select-all', {all: count(found)})}
          </TextButton>
        )}
        {sums && sums.up > 0 && <Rate value={sums.up} word={text('ledger.speed.up')} />}
        {sums && sums.down > 0 && <Rate value={sums.down} word={text('ledger.speed.down')} />}
      </div>
      <SelectionActions target={selected} />
      <Button
        variant="ghost"
        icon={X}
        aria-label={text('ledger.clear-by-key')}
        className="max-desk:hidden"
        onClick={() => selection.clear()}
      >
        <Kbd keys="Esc" />
      </Button>
      <IconButton
        label={text('ledger.clear')}
        icon={X}
        keys="Esc"
        className="desk:hidden"
        onClick={() => selection.clear()}
      />
    </section>
  )
}

function Rate({value, word}: {value: number; word: string}) {
  return (
    <span className="gap-1 max-phone:hidden!">
      <Quantity value={fullSpeed(value)} className="font-bold text-text" /> {word}
    </span>
  )
}

function whereWords(servers: readonly string[]): string {
  const [only] = servers
  return servers.length === 1
    ? text('ledger.on', {server: only!})
    : text('ledger.on-several', {count: servers.length})
}

/** What is selected in figures; `null` = not known yet. */
function useSelectionSums(selected: Selected): SelectionSums | null {
  const names = useSettled(liveNames(selected), QUIET_MS)
  const whole = useWholeView(names)
  const matching = useMatchingTotals(selected)
  const left = useExceptionTotals(selected)
  const figures = useSelectionFigures(selected)
  const servers = useServers()
  useLeavingGone(whole, names)
  const nameOf = (id: string) => servers?.find((it) => it.server_id === id)?.server_name ?? id
  const named = names.size > 0 ? whole.totals : left
  return sumsOf(selected, {named, matching}, figures, nameOf)
}

/** What is missing for so long is gone: a server that lists itself again may lack it for a moment. */
const BELIEVED_AFTER_MS = 1500

/** Torrents that are gone leave the selection, and that is said once. @param view of just these torrents */
function useLeavingGone(view: LiveView, names: ReadonlySet<TorrentName>): void {
  const isMissing = view.isCurrent && view.totals !== null && view.totals.count < names.size
  useEffect(() => {
    if (!isMissing) return
    const timer = setTimeout(() => void leave(view, names), BELIEVED_AFTER_MS)
    return () => clearTimeout(timer)
  }, [isMissing, view, names])
}

async function leave(view: LiveView, names: ReadonlySet<TorrentName>): Promise<void> {
  const asked = view.wish.keys?.length
  const there = await view.keys(0, names.size)
  // Something else was chosen meanwhile, or the view broke.
  if (there === null || asked !== names.size || !view.isCurrent || there.length !== view.totals?.count) return
  const gone = missing(names, there).filter((name) => selection.has(name))
  if (gone.length === 0) return
  selection.set(gone, false)
  toast({text: text('ledger.gone', {count: gone.length, all: count(gone.length)})})
}

/** Selected torrents that the list does not show now: they stay selected, unless somebody drops them. */
function OutsideNote({view, selected}: {view: LiveView; selected: Selected}) {
  const names = useSettled(liveNames(selected), QUIET_MS)
  const inside = useKeysView(names, view.wish)
  const [, change] = useTorrentsSearch()
  const isHere = useIsHere()
  const outside = inside.isCurrent && inside.totals ? names.size - inside.totals.count : 0
  if (selected.kind === 'matching') {
    if (isHere) return null
    const back = () => change({q: selected.q, servers: scopeText(selected.servers)})
    return <Note words={text('ledger.elsewhere')} onShow={back} onDrop={() => selection.clear()} />
  }
  if (outside <= 0 || names.size === 0) return null
  const those = async (): Promise<readonly TorrentName[]> => {
    const there = await inside.keys(0, names.size)
    return there === null ? [] : missing(names, there)
  }
  const show = async () => change({q: queryFor(await those()) ?? undefined, servers: undefined})
  const drop = async () => selection.set(await those(), false)
  return (
    <Note
      words={text('ledger.outside', {all: count(outside)})}
      onShow={() => void show()}
      onDrop={() => void drop()}
    />
  )
}

function Note({words, onShow, onDrop}: {words: string; onShow: () => void; onDrop: () => void}) {
  return (
    <span className="gap-2 max-phone:hidden!">
      <span className="num">{words}</span>
      <TextButton onClick={onShow}>{text('ledger.outside.show')}</TextButton>
      <TextButton onClick={onDrop}>{text('ledger.outside.drop')}</TextButton>
    </span>
  )
}

/** While somebody goes on choosing, nothing is asked. */
const QUIET_MS = 150
const noRows = [] as const
type Matching = Extract<Selected, {kind: 'matching'}>
const noNames: ReadonlySet<TorrentName> = new Set()

/** The names of a selection that is small enough to be looked at live; empty = it is not. */
function liveNames(selected: Selected): ReadonlySet<TorrentName> {
  return selected.kind === 'some' ? few(selected.names) : noNames
}

/** Those that are left out of all that match, as far as they can be looked at live. */
function liveExceptions(selected: Selected): ReadonlySet<TorrentName> {
  return selected.kind === 'matching' ? few(selected.except) : noNames
}

function few(names: ReadonlySet<TorrentName>): ReadonlySet<TorrentName> {
  return names.size <= liveLimits.keysInWish ? names : noNames
}

type ListWish = Pick<ViewWish, 'q' | 'servers' | 'time_zone'>

/** Totals of just these torrents, as far as the rest of the wish lets them through. @param names `null` = of all */
function useKeysView(names: ReadonlySet<TorrentName> | null, {q, servers, time_zone}: ListWish): LiveView {
  const keys = useMemo(() => names && [...names].map(partsOf), [names])
  return useLiveView(
    {
      q,
      sort: [],
      group: null,
      columns: ['name'],
      facets: [],
      ...(keys && {keys}),
      ...(servers !== undefined && {servers}),
      ...(time_zone !== undefined && {time_zone}),
    },
    noRows,
  )
}

const everything: ListWish = {q: ''}

/** The list in which all were chosen; some are chosen wherever they are. */
function listOf(selected: Selected): ListWish {
  if (selected.kind === 'some') return everything
  return {q: selected.q, ...(selected.servers && {servers: selected.servers})}
}

/** Totals of just these torrents, wherever they are. */
function useWholeView(names: ReadonlySet<TorrentName>): LiveView {
  return useKeysView(names, everything)
}

/** Totals of all that match the list in which they were chosen; `null` = some are chosen, or no answer yet. */
function useMatchingTotals(selected: Selected): LiveTotals | null {
  const isMatching = selected.kind === 'matching'
  const {shown, totals} = useKeysView(isMatching ? null : noNames, listOf(selected))
  return isMatching && isOf(shown, selected) && shown.keys === undefined ? totals : null
}

/** Of those that are left out, the ones that match; `null` = none are, too many, or no answer yet. */
function useExceptionTotals(selected: Selected): LiveTotals | null {
  const names = useSettled(liveExceptions(selected), QUIET_MS)
  const {shown, totals} = useKeysView(names, listOf(selected))
  return names.size > 0 && selected.kind === 'matching' && isOf(shown, selected) ? totals : null
}

function isOf(shown: ViewWish | null, {q, servers}: Matching): shown is ViewWish {
  return shown?.q === q && String(shown.servers ?? null) === String(servers)
}
