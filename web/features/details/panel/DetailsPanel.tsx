import {useNavigate} from '@tanstack/react-router'
import '../../../styles/mono.css'
import {useMemo, type ComponentType, type KeyboardEvent, type ReactNode} from 'react'
import {text} from '../../../i18n/text.ts'
import {joined} from '../../../ui/joined.ts'
import {usePhone} from '../../../ui/use-media.ts'
import {detailTabs, type DetailTab, type PlaceInView} from '../../torrents/torrents-search.ts'
import {DetailsMenu, DetailsTabs, placeWords} from './DetailsTabs.tsx'
import {PartSkeleton} from '../PartFrame.tsx'
import {ChevronLeft, Play, Square, Tag, Trash2} from 'lucide-react'
import {IconButton} from '../../../ui/IconButton.tsx'
import {lazyPart} from '../../../ui/lazy-part.ts'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import {FilesTab} from '../files/FilesTab.tsx'
import {OverviewTab} from '../general/OverviewTab.tsx'
import {PeersTab} from '../peers/PeersTab.tsx'
import {breakable, cellsOf, nameOf, type Torrent} from '../torrent.ts'
import {TrackersTab} from '../trackers/TrackersTab.tsx'
import {useSpeedSamples} from '../general/use-speed-samples.ts'
import {useNow} from '../../../live/clock.ts'
import {useServers} from '../../../live/servers.ts'
import {bytes, duration, fullSpeed, written} from '../../../ui/format.ts'
import {ProgressBar} from '../../../ui/ProgressBar.tsx'
import {Quantity} from '../../../ui/Quantity.tsx'
import {StateIcon} from '../../../ui/StateIcon.tsx'
import {stateColours} from '../../../ui/state-icons.ts'
import {useTitle} from '../../../ui/use-document.ts'
import {ServerName} from '../../servers/ServerName.tsx'
import {stateFace} from '../../torrents/table/state-face.ts'
import {useAbilities} from '../use-abilities.ts'
import {Button} from '../../../ui/Button.tsx'
import {actions, type ActionName} from '../../actions/actions.ts'
import {doAction} from '../../actions/do-action.ts'
import {oneTarget} from '../../actions/target.ts'
import {useCommands} from '../../commands/commands.ts'
import {partsOf, selection, useSelected, type TorrentName} from '../../torrent-rows/selection.ts'
import {NamePencil} from '../EditDialogs.tsx'
import {useTorrent} from '../use-torrent.ts'

export interface DetailsPanelProps {
  readonly name: TorrentName
  readonly tab: DetailTab
  readonly onTab: (tab: DetailTab) => void
  readonly onClose: () => void
  /** Docks it at the other edge. */
  readonly onDock: () => void
  /** page: it is all of one, about this torrent whatever is selected. */
  readonly dock: 'bottom' | 'right' | 'page'
  /** Where it stands in the list; `null` = it left the list, absent = not known. */
  readonly placeInView?: PlaceInView | null | undefined
}

/**
 * Everything about one torrent, live: below the list, at its right, or on phones a page of its own. Another torrent
 * keeps the tab; of several chosen ones it shows what they have together.
 */
export function DetailsPanel(props: DetailsPanelProps) {
  const {name, tab, dock, onTab, onClose} = props
  const isPhone = usePhone()
  const found = useTorrent(name)
  const selected = useSelected()
  useTabCommands(onTab)
  useWhyPageCommand(name)
  const torrent = found.state === 'found' ? found.torrent : null
  const isSeveral = dock !== 'page' && selection.count > 1
  const isOne = torrent !== null && !isSeveral
  useTitle(...(isOne && torrent.name !== undefined ? [torrent.name, text('torrents.title')] : []))
  const hasHead = isPhone || dock !== 'bottom'
  const explain = () => onTab('why')
  const close = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || isLayer(event)) return
    event.preventDefault()
    onClose()
  }
  return (
    // Escape is the twin of the button that closes it.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      aria-label={text('details.label')}
      onKeyDown={close}
      className={joined('flex min-h-0 min-w-0 flex-col bg-surface @container *:last:min-h-0 *:last:flex-1')}
    >
      {isPhone && <PhoneBar {...props} menu={<DetailsMenu name={name} isAlone={dock === 'page'} />} />}
      {!hasHead && isOne && <NameLine torrent={torrent} />}
      <DetailsTabs
        {...props}
        isPhone={isPhone}
        torrent={torrent}
        isSeveral={isSeveral}
        isGone={!isSeveral && found.state === 'gone'}
        head={
          hasHead &&
          isOne && (
            <DetailsHead
              torrent={torrent}
              isPage={dock === 'page'}
              place={isPhone || dock === 'page' ? undefined : props.placeInView}
              isShort={isPhone && tab !== 'overview'}
              more={!isPhone && <DetailsMenu name={name} isAlone={dock === 'page'} />}
            />
          )
        }
        why={
          isOne &&
          tab !== 'why' &&
          // There the overview has it at its top, where it goes with the rest.
          !(isPhone && tab === 'overview') && (
            <WhyLine
              torrent={torrent}
              isShort={isPhone}
              onExplain={explain}
              className="border-b border-line px-4 py-[7px] max-phone:px-3.5"
            />
          )
        }
      >
        {isSeveral ? (
          <SeveralTorrents selected={selected} total={selection.count} tab={tab} />
        ) : torrent ? (
          <TorrentTab key={name} torrent={torrent} tab={tab} onExplain={explain} />
        ) : found.state === 'gone' ? (
          <GoneTorrent torrent={partsOf(name)} isPage={dock === 'page'} />
        ) : (
          <PartSkeleton />
        )}
      </DetailsTabs>
    </section>
  )
}

/** Its whole name, where there is no room for it beside the tabs. */
function NameLine({torrent}: {torrent: Torrent}) {
  return (
    <div className="flex min-w-0 items-start gap-1 px-3 pt-2 @min-[860px]:hidden">
      <h2 className="line-clamp-3 min-w-0 font-medium wrap-anywhere select-text" title={torrent.name}>
        {breakable(torrent.name ?? '')}
      </h2>
      <NamePencil torrent={torrent} />
    </div>
  )
}

/** Menus and dialogs close themselves: their events come through React, not through the page. */
function isLayer({target, currentTarget}: KeyboardEvent): boolean {
  return !(target instanceof Node && currentTarget.contains(target))
}

/** Digits go to the tabs, by their place on the keyboard. */
function useTabCommands(show: (tab: DetailTab) => void): void {
  useCommands(
    detailTabs.map((tab, at) => ({
      id: `details ${tab}`,
      group: 'look' as const,
      label: `details.show.${tab}` as const,
      keys: [`Digit${at + 1}`, ...(tab === 'why' ? ['w'] : [])],
      run: () => show(tab),
    })),
  )
}

/** The same answer on a page of its own, which can be read beside nothing else and be sent to somebody. */
function useWhyPageCommand(name: TorrentName): void {
  const navigate = useNavigate()
  const {server_id: server, info_hash: hash} = partsOf(name)
  useCommands([
    {
      id: 'details why page',
      group: 'look',
      label: 'details.show.why-page',
      keys: ['Shift+W'],
      reason: () => (selection.count > 1 ? text('details.several.one-only') : null),
      run: () => void navigate({to: '/torrents/$server/$hash/why', params: {server, hash}}),
    },
  ])
}

/** The way back, where it stands in the list, and what can be done. */
function PhoneBar({
  placeInView,
  onClose,
  menu,
}: Pick<DetailsPanelProps, 'placeInView' | 'onClose'> & {menu: ReactNode}) {
  return (
    <div className="flex items-center gap-1 px-1 pt-1">
      <IconButton icon={ChevronLeft} iconSize={20} label={text('details.back')} onClick={onClose} />
      <span className="num min-w-0 flex-1 truncate text-12 text-text-2">{placeWords(placeInView)}</span>
      {menu}
    </div>
  )
}

const WhyLine = lazyPart(
  ['verdict', 'explain'],
  async () => (await import('../../explain/WhyLine.tsx')).WhyLine,
  'ahead',
  <div className="h-[51px] border-b border-line" />,
)
const WhyTab = lazyPart(
  ['explain', 'verdict', 'action-names'],
  async () => (await import('../../explain/WhyTab.tsx')).WhyTab,
  'on demand',
  <PartSkeleton />,
)
const HistoryTab = lazyPart(
  ['activity', 'action-names', 'explain'],
  async () => (await import('../../activity/HistoryTab.tsx')).HistoryTab,
  'on demand',
  <PartSkeleton />,
)
const LinksTab = lazyPart(
  ['action-dialogs'],
  async () => (await import('../links/LinksTab.tsx')).LinksTab,
  'on demand',
  <PartSkeleton />,
)
const PiecesTab = lazyPart(
  [],
  async () => (await import('../pieces/PiecesTab.tsx')).PiecesTab,
  'on demand',
  <PartSkeleton />,
)
const SeveralTorrents = lazyPart(
  ['action-dialogs'],
  async () => (await import('./SeveralTorrents.tsx')).SeveralTorrents,
  'on demand',
  <PartSkeleton />,
)
const GoneTorrent = lazyPart(
  ['activity', 'action-names', 'explain', 'trash'],
  async () => (await import('../../activity/GoneTorrent.tsx')).GoneTorrent,
  'on demand',
  <PartSkeleton />,
)

const tabs: {readonly [T in DetailTab]: ComponentType<{torrent: Torrent; onExplain: () => void}>} = {
  overview: OverviewTab,
  files: FilesTab,
  trackers: TrackersTab,
  peers: PeersTab,
  pieces: PiecesTab,
  history: HistoryTab,
  links: LinksTab,
  why: WhyTab,
}

/** What a tab shows of a torrent. */
function TorrentTab({torrent, tab, onExplain}: {torrent: Torrent; tab: DetailTab; onExplain: () => void}) {
  useSpeedSamples(torrent)
  const Tab = tabs[tab]
  return <Tab torrent={torrent} onExplain={onExplain} />
}

/** Which torrent it is and how far: its whole name, where it is, its state. @param isShort the name in one line */
function DetailsHead({
  torrent,
  isPage,
  place,
  isShort,
  more,
}: {
  torrent: Torrent
  /** Its name is the heading of the page. */
  isPage: boolean
  /** In the list; absent = not known, or said elsewhere. */
  place: PlaceInView | null | undefined
  isShort: boolean
  /** Beside the actions. */
  more: ReactNode
}) {
  const now = useNow(10_000)
  const servers = useServers() ?? []
  const {canControl} = useAbilities(torrent.server_id)
  const at = servers.findIndex(({server_id}) => server_id === torrent.server_id)
  const face = stateFace(cellsOf(torrent), now)
  const Heading = isPage ? 'h1' : 'h2'
  return (
    <header className="grid gap-2.5 border-b border-line px-4 py-3.5 max-phone:px-3.5 max-phone:pt-0">
      <div className="flex min-w-0 items-start gap-1">
        <Heading
          className={joined(
            'min-w-0 text-16/[1.35] font-bold wrap-anywhere select-text',
            isShort ? 'flex-1' : 'line-clamp-4',
          )}
          title={torrent.name}
        >
          {isShort ? <MiddleText>{torrent.name ?? ''}</MiddleText> : breakable(torrent.name ?? '')}
        </Heading>
        {!isShort && <NamePencil torrent={torrent} />}
      </div>
      {!isShort && (
        <div className="flex min-w-0 flex-wrap items-center gap-x-3 text-12 text-text-2">
          {at !== -1 && <ServerName server={servers[at]!} place={at} />}
          {torrent.category !== '' && <span className="truncate">{torrent.category}</span>}
          <Quantity value={bytes(torrent.size)} />
          <span className="num ml-auto text-text-3">{placeWords(place)}</span>
        </div>
      )}
      <div className="grid gap-1.5">
        <div className="flex min-w-0 items-center gap-2">
          <StateIcon state={face.icon} />
          <span className={joined('font-medium', face.isLoud && stateColours[face.icon])}>{face.word}</span>
          <span className="num">{face.aside}</span>
          <span className="num ml-auto truncate text-text-2">{flowWords(torrent)}</span>
        </div>
        {face.bar && (
          <ProgressBar
            share={face.bar.share}
            kind={face.bar.kind}
            colour={stateColours[face.icon]}
            label={face.word}
            className="h-1.5!"
          />
        )}
      </div>
      {!isShort && canControl && <HeadActions name={nameOf(torrent)} state={torrent.state} more={more} />}
    </header>
  )
}

/** "22.4 MiB/s · 44 m left". */
function flowWords({stale, down_speed: down = 0, up_speed: up = 0, eta}: Torrent): string {
  if (stale) return ''
  if (down === 0) return up === 0 ? '' : `↑ ${written(fullSpeed(up))}`
  const speed = written(fullSpeed(down))
  return typeof eta === 'number'
    ? `${speed} · ${text('details.left', {time: written(duration(eta))})}`
    : speed
}

const atRest: ReadonlySet<string> = new Set(['stopped', 'error', 'missingFiles'])

/** The three things that are done most. */
function HeadActions({
  name,
  state,
  more,
}: {
  name: TorrentName
  state: string | undefined
  /** At their end. */
  more: ReactNode
}) {
  const target = useMemo(() => oneTarget(name), [name])
  const run = (action: ActionName) => () => void doAction(action, target)
  const turn = state !== undefined && atRest.has(state) ? 'start' : 'stop'
  return (
    <div className="flex gap-2 items-center max-phone:[&>*]:h-11 max-phone:[&>*]:flex-1">
      <Button icon={turn === 'start' ? Play : Square} onClick={run(turn)}>
        {text(actions[turn].label)}
      </Button>
      <Button icon={Tag} onClick={run('tags')}>
        {text('details.tags')}
      </Button>
      <Button variant="danger" icon={Trash2} onClick={run('delete')}>
        {text('details.delete')}
      </Button>
      {more}
    </div>
  )
}
