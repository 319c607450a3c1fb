import {useQuery} from '@tanstack/react-query'
import {FileX2, RotateCw} from 'lucide-react'
import {lookForOrphans, orphansQuery, type OrphanFolder, type OrphanList} from '../../api/orphans.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {useNow} from '../../live/clock.ts'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {Fold} from '../../ui/Fold.tsx'
import {exactTime} from '../../ui/format-time.ts'
import {bytes, written} from '../../ui/format.ts'
import {Note} from '../../ui/Note.tsx'
import {pageClass} from '../../ui/page-class.ts'
import {PageHead} from '../../ui/PageHead.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {useTitle} from '../../ui/use-title.ts'
import {OrphanTable} from './OrphanTable.tsx'

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
  const {data, error} = useQuery(orphansQuery)
  const now = useNow(MINUTE_MS)
  const looking = useSending()
  const trouble = error?.message ?? looking.error
  return (
    <>
      <PageHead
        title={text('orphans.title')}
        note={data && summary(data)}
        actions={
          <Button
            icon={RotateCw}
            waitsFor={looking.isBusy || data?.is_looking === true ? text('orphans.looking') : undefined}
            onClick={() => void looking.send(lookForOrphans)}
          >
            {text('orphans.look')}
          </Button>
        }
      />
      <p className="mb-3 max-w-[80ch] text-text-2">
        {text('orphans.about')} {data && lookedWords(data, now)}
      </p>
      {trouble !== '' && (
        <Note tone="bad" isNews className="mb-3">
          {trouble}
        </Note>
      )}
      {!data && !error && (
        <Card>
          <Skeleton width="55%" />
        </Card>
      )}
      {data && <Found list={data} now={now} />}
    </>
  )
}

function Found({list, now}: {list: OrphanList; now: number}) {
  const {folders, orphans, spared, left_off: leftOff} = list
  if (list.ended_at === null) return null
  if (folders.length === 0) {
    const [title, next] = [text('orphans.no-folders'), text('orphans.no-folders.next')]
    return <EmptyState icon={FileX2} title={title} text={next} />
  }
  return (
    <div className="grid gap-4">
      {orphans.length === 0 ? (
        <EmptyState icon={FileX2} title={text('orphans.none')} text={text('orphans.none.next')} />
      ) : (
        <OrphanTable orphans={orphans} leftOff={leftOff.orphans} now={now} />
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

function lookedWords({ended_at: at}: OrphanList, now: number): string {
  const last = at === null ? text('orphans.never') : `${text('orphans.looked', {when: exactTime(at, now)})}.`
  return `${last} ${text('orphans.next')}`
}

/** What no torrent claims, and is left alone all the same. */
function SparedList({spared, leftOff}: {spared: OrphanList['spared']; leftOff: number}) {
  return (
    <Card>
      <Fold
        title={text('orphans.spared', {count: spared.length + leftOff})}
        titleClass="font-bold"
        hasFault={false}
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
    <Card title={text('orphans.folders')} isPadded={false}>
      <ul className="divide-y divide-line">
        {folders.map((folder) => (
          <li key={folder.path} className="grid gap-1.5 px-4 py-2.5 max-phone:px-3.5">
            <span className="font-medium wrap-anywhere">{folder.path}</span>
            <span className="num text-12 wrap-anywhere text-text-2">{sumWords(folder)}</span>
            {folder.held && <Held held={folder.held} />}
          </li>
        ))}
      </ul>
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
