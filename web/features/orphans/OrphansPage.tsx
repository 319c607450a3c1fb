import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {FileX2, RotateCw, Trash2} from 'lucide-react'
import {useEffect, useLayoutEffect, useRef, useState} from 'react'
import '../../styles/mono.css'
import {
  actOnOrphans,
  cancelOrphanLook,
  lookForOrphans,
  orphansQuery,
  type Orphan,
  type OrphanFolder,
  type OrphanList,
  type OrphanResults,
} from '../../api/orphans.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Checkbox} from '../../ui/Checkbox.tsx'
import {ConfirmDialog} from '../../ui/ConfirmDialog.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Fold} from '../../ui/Fold.tsx'
import {exactTime} from '../../i18n/format-time.ts'
import {bytes, written} from '../../ui/format.ts'
import {joined} from '../../ui/joined.ts'
import {Note} from '../../ui/Note.tsx'
import {pageClass, PageHead} from '../../ui/PageHead.tsx'
import {ProgressBar} from '../../ui/ProgressBar.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {useSending} from '../../ui/use-sending.ts'
import {ServerName} from '../servers/ServerName.tsx'

const MINUTE_MS = 60_000

/** Files that no torrent claims: what they take, what is in doubt and why; into the trash, or gone. */
export function OrphansPage() {
  useTitle(text('orphans.title'))
  const isAdministrator = usePermission('admin')
  return (
    <main tabIndex={-1} className={pageClass}>
      <div className="mx-auto max-w-[1240px]">
        {isAdministrator ? (
          <Page />
        ) : (
          <>
            <PageHead title={text('orphans.title')} />
            <EmptyState
              icon={FileX2}
              title={text('orphans.not-yours')}
              text={text('server.ask-administrator')}
            />
          </>
        )}
      </div>
    </main>
  )
}

function Page() {
  const reading = useQuery(orphansQuery)
  const {data} = reading
  const now = useNow(MINUTE_MS)
  const looking = useSending()
  const [isCancelled, setCancelled] = useState(false)
  const look = () => {
    setCancelled(false)
    void looking.send(lookForOrphans)
  }
  const cancel = () => {
    setCancelled(true)
    void looking.send(cancelOrphanLook)
  }
  useFirstLook(isCancelled ? undefined : data, look)
  return (
    <>
      <PageHead
        title={text('orphans.title')}
        note={data && summary(data)}
        actions={
          <Button
            icon={RotateCw}
            waitsFor={looking.isBusy || data?.is_looking === true ? text('orphans.looking') : undefined}
            onClick={look}
          >
            {text('orphans.look')}
          </Button>
        }
      />
      <p className="mb-3 max-w-[80ch] text-text-2">
        {text('orphans.about')} {data && lookedWords(data, now)}
      </p>
      {looking.error !== '' && (
        <Note tone="bad" isNews className="mb-3">
          {looking.error}
        </Note>
      )}
      <Awaited reading={reading} what={text('orphans.title')} className="mb-3">
        <Card>
          <Skeleton width="55%" />
        </Card>
      </Awaited>
      {data?.is_looking === true && <Looking list={data} onCancel={isCancelled ? null : cancel} />}
      {data && <Found list={data} now={now} />}
    </>
  )
}

/** Whoever opens the page wants to know: nobody has to ask for the first look. */
function useFirstLook(list: OrphanList | undefined, look: () => void): void {
  const isUnknown = list !== undefined && list.started_at === null && !list.is_looking
  const latest = useRef(look)
  useLayoutEffect(() => {
    latest.current = look
  })
  useEffect(() => {
    if (isUnknown) latest.current()
  }, [isUnknown])
}

/** That a look goes on, and how far it is. */
function Looking({list: {progress}, onCancel}: {list: OrphanList; onCancel: (() => void) | null}) {
  const words =
    progress === null
      ? text('orphans.looking.servers')
      : text('orphans.looking.folders', {at: progress.done + 1, all: progress.all})
  return (
    <Card className="mb-4">
      <p className="mb-2">{words}</p>
      <ProgressBar
        share={progress === null ? 0 : progress.done / progress.all}
        label={text('orphans.looking')}
      />
      <div className="mt-2 flex items-center gap-3">
        <p className="min-w-0 flex-1 text-12 text-text-2">{text('orphans.looking.goes-on')}</p>
        <Button
          waitsFor={onCancel === null ? text('orphans.looking.ends') : undefined}
          onClick={onCancel ?? undefined}
        >
          {text('orphans.looking.cancel')}
        </Button>
      </div>
    </Card>
  )
}

function Found({list, now}: {list: OrphanList; now: number}) {
  const {folders, orphans, spared, left_off: leftOff} = list
  if (list.ended_at === null) return null
  if (folders.length === 0) {
    const [title, next] = [text('orphans.no-folders'), text('orphans.no-folders.next')]
    return (
      <EmptyState
        icon={FileX2}
        title={title}
        text={next}
        actions={
          <Link to="/settings/servers" className={buttonClass()}>
            {text('orphans.no-folders.do')}
          </Link>
        }
      />
    )
  }
  return (
    <div className="grid gap-4">
      {orphans.length === 0 ? (
        <EmptyState icon={FileX2} title={text('orphans.none')} text={text('orphans.none.next')} />
      ) : (
        <OrphanTable orphans={orphans} folders={folders} leftOff={leftOff.orphans} now={now} />
      )}
      <OrphanFolders folders={folders} />
      {spared.length > 0 && <SparedList spared={spared} leftOff={leftOff.spared} />}
    </div>
  )
}

function summary({orphans}: OrphanList): string | false {
  const size = orphans.reduce((sum, {bytes: its}) => sum + its, 0)
  return orphans.length > 0 && text('orphans.note', {count: orphans.length, size: written(bytes(size))})
}

function lookedWords({ended_at: at, next_at: next}: OrphanList, now: number): string {
  const last = at === null ? text('orphans.never') : `${text('orphans.looked', {when: exactTime(at, now)})}.`
  return `${last} ${text('orphans.next', {when: exactTime(next, now)})}`
}

/** What no torrent claims, and is left alone anyway. */
function SparedList({spared, leftOff}: {spared: OrphanList['spared']; leftOff: number}) {
  return (
    <Card>
      <Fold
        title={text('orphans.spared', {count: spared.length + leftOff})}
        titleClass="font-bold"
        isForced={false}
      >
        <ul className="mt-2 divide-y divide-line">
          {spared.map(({path, why}) => (
            <li key={path} className="grid gap-0.5 py-2">
              <span className="wrap-anywhere">{path}</span>
              <span className="text-12 text-text-2">{text(`orphans.spared.${why}`)}</span>
            </li>
          ))}
        </ul>
        {leftOff > 0 && <p className="text-12 text-text-2">{text('orphans.left-off', {count: leftOff})}</p>}
      </Fold>
    </Card>
  )
}

/** Where was looked, and what kept it from being said. */
function OrphanFolders({folders}: {folders: readonly OrphanFolder[]}) {
  return (
    <Card>
      <Fold
        title={text('orphans.folders', {count: folders.length})}
        titleClass="font-bold"
        isForced={folders.some(({held}) => held !== null && held.why !== 'kept')}
      >
        <ul className="-mx-4 mt-2 divide-y divide-line max-phone:-mx-3.5">
          {folders.map((folder) => (
            <li key={folder.path} className="grid gap-1.5 px-4 py-2.5 max-phone:px-3.5">
              <span className="font-medium wrap-anywhere">{folder.path}</span>
              <span className="num text-12 wrap-anywhere text-text-2">{sumWords(folder)}</span>
              {folder.held && <Held held={folder.held} />}
            </li>
          ))}
        </ul>
      </Fold>
    </Card>
  )
}

function sumWords({servers, claimed, orphans, spared, held}: OrphanFolder): string {
  const names = servers.map(({server_name: name}) => name).join(', ')
  return held ? names : `${names} · ${text('orphans.folder.sum', {claimed, orphans, spared})}`
}

function Held({held: {why, detail, missing}}: {held: OrphanFolder['held'] & {}}) {
  return (
    <Note tone={why === 'kept' ? 'info' : 'warn'}>
      <p>{text(`orphans.held.${why}`, {detail})}</p>
      {missing.map(({server_id: id, server_name: server, why: reason, torrents: count}) => (
        <p key={id}>{text(`orphans.missing.${reason}`, {server, count})}</p>
      ))}
    </Note>
  )
}

const columns =
  'grid items-center gap-x-4 px-4 max-phone:px-3.5 desk:grid-cols-[18px_minmax(0,1.6fr)_84px_minmax(90px,.6fr)_minmax(0,1fr)_120px]'

function nameIn(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')))
}

/** Those that may have something in its folder. */
function ServersAt({path, folders}: {path: string; folders: readonly OrphanFolder[]}) {
  const all = useServers() ?? []
  const found = folders.find((it) => it.path.replace(/\/$/, '') === folderOf(path))?.servers ?? []
  const place = all.findIndex(({server_id: id}) => id === found[0]?.server_id)
  return found.length === 1 && place !== -1 ? (
    <ServerName server={all[place]!} place={place} />
  ) : (
    found.map(({server_name: name}) => name).join(', ')
  )
}

/** As the API takes them. */
const MOST_AT_ONCE = 100
const MOST_DELETED = 10

/** Those that were found, to be chosen from. */
function OrphanTable({
  orphans,
  folders,
  leftOff,
  now,
}: {
  orphans: readonly Orphan[]
  folders: readonly OrphanFolder[]
  leftOff: number
  now: number
}) {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const [asked, setAsked] = useState<{readonly verb: OrphanVerb; readonly those: readonly Orphan[]} | null>(
    null,
  )
  // What went, or changed, is in no list any more.
  const selected = orphans.filter(({id}) => ids.has(id))
  const isAll = selected.length === orphans.length ? true : selected.length > 0 ? 'mixed' : false
  const toggle = (id: string, isOn: boolean) =>
    setIds(new Set(isOn ? [...ids, id] : [...ids].filter((it) => it !== id)))
  return (
    <Card isPadded={false}>
      <div className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2 max-phone:px-3.5">
        <Checkbox
          checked={isAll}
          label={selected.length === 0 ? text('orphans.all') : selectedWords(selected)}
          onChange={(isOn) => setIds(new Set(isOn ? orphans.map(({id}) => id) : []))}
        />
        {selected.length > 0 && (
          <span className="ml-auto flex flex-wrap gap-2">
            <Button
              icon={Trash2}
              disabledReason={selected.length > MOST_AT_ONCE ? text('orphans.too-many') : undefined}
              onClick={() => setAsked({verb: 'recycle', those: selected})}
            >
              {text('orphans.recycle')}
            </Button>
            <Button
              variant="danger"
              disabledReason={whyNotDeleted(selected, now)}
              onClick={() => setAsked({verb: 'delete', those: selected})}
            >
              {text('orphans.delete')}
            </Button>
          </span>
        )}
      </div>
      <div aria-hidden className={`${columns} min-h-[30px] text-11 font-medium text-text-3 max-desk:hidden`}>
        <span className="col-start-2">{text('orphans.head.file')}</span>
        <span className="text-right">{text('orphans.head.size')}</span>
        <span>{text('orphans.head.server')}</span>
        <span>{text('orphans.head.about')}</span>
      </div>
      <ul className="divide-y divide-line">
        {orphans.map((orphan) => (
          <li
            key={orphan.id}
            className={joined(
              columns,
              'py-2 max-desk:grid-cols-[auto_minmax(0,1fr)] max-desk:items-start max-desk:gap-y-1',
            )}
          >
            <Checkbox
              hideLabel
              checked={ids.has(orphan.id)}
              label={text('orphans.choose', {path: orphan.path})}
              onChange={(isOn) => toggle(orphan.id, isOn)}
            />
            <span className="grid min-w-0">
              <span className="font-medium wrap-anywhere">{nameIn(orphan.path)}</span>
              <span className="font-mono text-12 wrap-anywhere text-text-3">{folderOf(orphan.path)}</span>
            </span>
            <span className="num text-right max-desk:col-start-2 max-desk:text-left">
              {written(bytes(orphan.bytes))}
            </span>
            <span className="min-w-0 truncate text-text-2 max-desk:col-start-2">
              <ServersAt path={orphan.path} folders={folders} />
            </span>
            <span className="num min-w-0 text-12 text-pretty text-text-2 max-desk:col-start-2">
              {aboutWords(orphan, now)}
            </span>
            <span className="text-right max-desk:col-start-2 max-desk:text-left">
              <Button
                variant="ghost"
                aria-label={text('orphans.recycle.of', {path: orphan.path})}
                onClick={() => setAsked({verb: 'recycle', those: [orphan]})}
              >
                {text('orphans.recycle')}
              </Button>
            </span>
          </li>
        ))}
      </ul>
      {leftOff > 0 && (
        <p className="px-4 py-2.5 text-12 text-text-2">{text('orphans.left-off', {count: leftOff})}</p>
      )}
      {asked && <OrphanDialog verb={asked.verb} selected={asked.those} onClose={() => setAsked(null)} />}
    </Card>
  )
}

function selectedWords(selected: readonly Orphan[]): string {
  const size = selected.reduce((sum, {bytes: its}) => sum + its, 0)
  return text('orphans.chosen', {count: selected.length, size: written(bytes(size))})
}

function whyNotDeleted(selected: readonly Orphan[], now: number): string | undefined {
  if (selected.length > MOST_DELETED) return text('orphans.delete.few')
  const last = Math.max(...selected.map(({deletable_at: at}) => at))
  return last > now ? text('orphans.delete.soon', {when: exactTime(last, now)}) : undefined
}

function aboutWords({files, changed_at: changedAt, seen_since: since}: Orphan, now: number) {
  return [
    text('orphans.files', {count: files}),
    text('orphans.changed', {when: exactTime(changedAt, now)}),
    text('orphans.seen', {when: exactTime(since, now)}),
  ].join(' · ')
}

type OrphanVerb = 'recycle' | 'delete'

/** What goes, how much it is, and whether it comes back. What stays is told when the others went. */
function OrphanDialog({
  verb,
  selected,
  onClose,
}: {
  verb: OrphanVerb
  selected: readonly Orphan[]
  onClose: () => void
}) {
  // The list behind it goes on changing.
  const [those] = useState(selected)
  const files = those.reduce((sum, {files: its}) => sum + its, 0)
  const size = those.reduce((sum, {bytes: its}) => sum + its, 0)
  return (
    <ConfirmDialog
      title={text(`orphans.${verb}.title`, {count: those.length})}
      says={text(`orphans.${verb}.says`, {
        files: text('orphans.files', {count: files}),
        size: written(bytes(size)),
      })}
      verb={text(`orphans.${verb}`)}
      work={async () => reportResults(await actOnOrphans(verb, those))}
      onClose={onClose}
    />
  )
}

function reportResults({results}: OrphanResults): void {
  const refused = results.filter(({outcome}) => outcome === 'refused')
  const begun = results.length - refused.length
  if (begun > 0) toast({text: text('orphans.begun', {count: begun})})
  const [first] = refused
  if (!first) return
  const line = text('orphans.refused.line', {path: first.path, why: first.message ?? ''})
  toast({text: `${text('orphans.refused', {count: refused.length})}. ${line}`})
}
