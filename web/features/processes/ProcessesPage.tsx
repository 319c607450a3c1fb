import {useMutation, useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Cpu, RotateCw} from 'lucide-react'
import {arrsQuery} from '../../api/arrs.ts'
import {
  mediaProbeQuery,
  processesQuery,
  restartProcess,
  restartProcesses,
  type Process,
} from '../../api/processes.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {Awaited} from '../../ui/Awaited.tsx'
import {buttonClass} from '../../ui/button-class.ts'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {bytes, count, written} from '../../ui/format.ts'
import {Note} from '../../ui/Note.tsx'
import {pageClass, PageHead} from '../../ui/PageHead.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {AboutCard} from './AboutCard.tsx'
import {endWords, kindWords, passWords, processLooks, stateWords} from './process-words.ts'

/** What works beside the main thread: how each does, and a fresh start for one, a kind, or all. */
export function ProcessesPage() {
  useTitle(text('nav.system'))
  const isAdministrator = usePermission('admin')
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className="mx-auto max-w-[1240px]">
        {isAdministrator ? (
          <Page />
        ) : (
          <>
            <PageHead title={text('nav.system')} />
            <EmptyState
              icon={Cpu}
              title={text('process.not-yours')}
              text={text('server.ask-administrator')}
            />
          </>
        )}
      </div>
    </main>
  )
}

function Page() {
  const reading = useQuery(processesQuery)
  const {data} = reading
  const {data: arrs = []} = useQuery(arrsQuery)
  const names = new Map(arrs.map(({id, name}) => [id, name]))
  const kinds = [...Map.groupBy(data ?? [], ({kind}) => kind)]
  return (
    <>
      <PageHead
        title={text('nav.system')}
        note={data && data.length > 0 && summary(data)}
        actions={data && data.length > 1 && <RestartButton kind={null} />}
      />
      <Awaited reading={reading} what={text('nav.system')} className="mb-3">
        <Card>
          <Skeleton width="55%" />
        </Card>
      </Awaited>
      {data?.length === 0 && (
        <EmptyState
          icon={Cpu}
          title={text('process.none')}
          text={text('process.none.more')}
          actions={
            <Link to="/settings/arrs" className={buttonClass()}>
              {text('process.none.do')}
            </Link>
          }
        />
      )}
      <div className="grid gap-4">
        {kinds.map(([kind, processes]) => (
          <KindCard key={kind} kind={kind} processes={processes} names={names} isAlone={kinds.length === 1} />
        ))}
        <MediaProbeNote />
        <AboutCard />
      </div>
    </>
  )
}

/** Whether media are looked into before they are imported, and by what. */
function MediaProbeNote() {
  const {data: probe} = useQuery(mediaProbeQuery)
  if (!probe) return null
  const {command, version} = probe
  if (version === null) return <Note tone="warn">{text('process.probe.missing', {command})}</Note>
  return <p className="text-text-2">{text('process.probe', {command, version})}</p>
}

function KindCard({
  kind,
  processes,
  names,
  isAlone,
}: {
  kind: string
  processes: readonly Process[]
  /** Of the Arrs: managers are called by their ids. */
  names: ReadonlyMap<string, string>
  /** To restart all of its kind is then to restart all. */
  isAlone: boolean
}) {
  return (
    <Card
      title={kindWords(kind)}
      isPadded={false}
      className="overflow-clip"
      actions={!isAlone && processes.length > 1 && <RestartButton kind={kind} />}
    >
      <div
        aria-hidden
        className={`${processGrid} border-b border-line-strong py-[7px] text-11 font-medium text-text-3 max-desk:hidden`}
      >
        <span>{text('process.column.name')}</span>
        <span>{text('process.column.state')}</span>
        <span>{text('process.column.pass')}</span>
        <span>{text('process.column.memory')}</span>
        <span>{text('process.column.restarts')}</span>
        <span />
      </div>
      <ul aria-label={kindWords(kind)}>
        {processes.map((process) => (
          <ProcessRow key={process.id} process={process} name={names.get(process.name) ?? process.name} />
        ))}
      </ul>
    </Card>
  )
}

function RestartButton({kind}: {kind: string | null}) {
  const restarting = useMutation({
    mutationFn: () => restartProcesses(kind),
    onSuccess: ({length}) => restarted(length),
  })
  return (
    <span className="flex items-center gap-2">
      {restarting.error && <output className="text-12 text-st-error">{restarting.error.message}</output>}
      <Button
        icon={RotateCw}
        onClick={() => restarting.mutate()}
        {...(kind !== null && {'aria-label': text('process.restart-kind.which', {kind: kindWords(kind)})})}
        waitsFor={restarting.isPending ? text('process.restarting') : undefined}
      >
        {text(kind === null ? 'process.restart-all' : 'process.restart-kind')}
      </Button>
    </span>
  )
}

/** A restart is over sooner than it can be seen in the table. */
function restarted(many: number): void {
  toast({
    text: text(many === 0 ? 'process.restarted.none' : 'process.restarted', {count: many}),
    tone: many === 0 ? 'warn' : 'good',
  })
}

/** "3 running, 1 waiting to start again". */
function summary(processes: readonly Process[]): string {
  const running = processes.filter(({state}) => state === 'running').length
  return running === processes.length
    ? text('process.all-running', {count: running})
    : text('process.some-running', {running, total: processes.length})
}

/** The columns that head and rows share. */
const processGrid =
  'desk:grid desk:grid-cols-[minmax(160px,1fr)_170px_minmax(190px,1fr)_90px_90px_110px] desk:items-center desk:gap-x-5 desk:px-4'

/** One thread: how it does, when it judged, what it needs, how it ended last. @param name of whom it is */
function ProcessRow({process, name}: {process: Process; name: string}) {
  const {id, state, restarts, pulse} = process
  const now = useNow()
  const {word, tone, icon} = processLooks[state]
  const end = endWords(process, now)
  const restarting = useMutation({mutationFn: () => restartProcess(id), onSuccess: () => restarted(1)})
  return (
    <li className="border-b border-line py-2.5 last:border-0 hover:bg-hover">
      <div
        className={`${processGrid} max-desk:grid max-desk:grid-cols-[auto_auto_minmax(0,1fr)_auto] max-desk:items-center max-desk:gap-x-4 max-desk:gap-y-1.5 max-desk:px-3.5`}
      >
        <b className="truncate max-desk:order-1 max-desk:col-span-3">{name}</b>
        <span className="flex flex-wrap items-center gap-x-2 max-desk:order-3 max-desk:col-span-full">
          <Badge tone={tone} icon={icon}>
            {text(word)}
          </Badge>
          <span className="num text-12 text-text-3">{stateWords(process, now)}</span>
        </span>
        <span className="num text-text-2 max-desk:order-4 max-desk:col-span-full">
          <Term words={text('process.column.pass')} />
          {passWords(process, now)}
        </span>
        <span className="num max-desk:order-5">
          <Term words={text('process.column.memory')} />
          {pulse === null ? '?' : written(bytes(pulse.heap_used))}
        </span>
        <span className="num max-desk:order-6">
          <Term words={text('process.column.restarts')} />
          {count(restarts)}
        </span>
        <Button
          icon={RotateCw}
          className="justify-self-end max-desk:order-2"
          onClick={() => restarting.mutate()}
          waitsFor={restarting.isPending ? text('process.restarting') : undefined}
          aria-label={text('process.restart-one', {name})}
        >
          {text('process.restart')}
        </Button>
      </div>
      {end !== '' && (
        <p
          className={`mt-1 px-4 text-12 text-pretty wrap-anywhere max-desk:px-3.5 ${state === 'given_up' ? 'text-st-error' : 'text-text-3'}`}
        >
          {end}
        </p>
      )}
      {restarting.error && (
        <output className="block mt-1 px-4 text-12 text-st-error max-desk:px-3.5">
          {restarting.error.message}
        </output>
      )}
    </li>
  )
}

/** What a figure means, where no column says it. */
function Term({words}: {words: string}) {
  return <span className="mr-1.5 text-12 text-text-3 desk:sr-only">{words}</span>
}
