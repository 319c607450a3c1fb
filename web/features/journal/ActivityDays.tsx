import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {CircleCheck, CircleX, Download, FolderInput, Plus, Undo2, type LucideIcon} from 'lucide-react'
import {useState, type ReactNode} from 'react'
import {arrsQuery} from '../../api/arrs.ts'
import type {Deed, Milestone} from '../../api/explanation.ts'
import {text} from '../../i18n/text.ts'
import {useServer, useServers} from '../../live/servers.ts'
import {Button} from '../../ui/Button.tsx'
import {exactTime, fullTime, timeOfDay, withExactTimes} from '../../i18n/format-time.ts'
import {Icon} from '../../ui/Icon.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {undoOfRule} from '../actions/run-action.ts'
import {
  actorWords,
  deedWords,
  guardWords,
  journalWords,
  outcomeLooks,
  whatWords,
} from '../explain/action-words.ts'
import {ConditionTree} from '../explain/ConditionTree.tsx'
import {byDay} from './by-day.ts'

const none: readonly Milestone[] = []

/** Deeds under their days, and beside them what happened without one. */
export function ActivityDays({
  deeds,
  milestones = none,
  now,
  withTorrent,
  onActor,
  actionOf,
}: {
  /** Newest first. */
  deeds: readonly Deed[]
  milestones?: readonly Milestone[] | undefined
  now: number
  withTorrent: boolean
  onActor?: ((actor: string) => void) | undefined
  actionOf?: ((deed: Deed) => ReactNode) | undefined
}) {
  const all = [...deeds, ...milestones].toSorted((one, other) => other.at - one.at)
  return byDay(milestones.length === 0 ? deeds : all, now).map(({title, its}) => (
    <section key={title} aria-label={title}>
      <h2 className="bg-sunken px-4 py-1 text-11 font-bold text-text-3 max-phone:px-3.5">{title}</h2>
      <ol>
        {its.map((it) =>
          'what' in it ? (
            <MilestoneRow key={`${it.what} ${it.arr_id}`} milestone={it} />
          ) : (
            <ActivityRow
              key={it.id}
              deed={it}
              now={now}
              withTorrent={withTorrent}
              onActor={onActor}
              action={actionOf?.(it)}
            />
          ),
        )}
      </ol>
    </section>
  ))
}

/** Something that nobody did here: its server or its Arr tells it. */
function MilestoneRow({milestone: {at, what, arr_id: arrId}}: {milestone: Milestone}) {
  const {data: arrs} = useQuery({...arrsQuery, enabled: arrId !== null})
  const arr = arrs?.find(({id}) => id === arrId)?.name ?? text('timeline.an-arr')
  return (
    <li className="grid grid-cols-[44px_16px_minmax(0,1fr)] items-start gap-x-2.5 border-b border-line px-4 py-2 last:border-0 max-phone:px-3.5">
      <time dateTime={new Date(at).toISOString()} title={fullTime(at)} className="num text-text-3">
        {timeOfDay(at)}
      </time>
      <Icon icon={icons[what]} className="mt-0.5 text-text-3" />
      <span className="min-w-0 wrap-anywhere">{text(`timeline.${what}`, {arr})}</span>
    </li>
  )
}

const icons: Readonly<Record<Milestone['what'], LucideIcon>> = {
  added: Plus,
  completed: CircleCheck,
  grabbed: Download,
  imported: FolderInput,
  failed: CircleX,
}

/** When, what, what became of it, on what, and by whom; below it why. In a timeline the torrent goes without saying. */
function ActivityRow({
  deed,
  now,
  withTorrent,
  onActor,
  action,
}: {
  deed: Deed
  now: number
  withTorrent: boolean
  /** Shows what he did alone; absent = that cannot be shown here. */
  onActor?: ((actor: string) => void) | undefined
  action?: ReactNode
}) {
  const {icon, colour} = outcomeLooks[deed.outcome]
  return (
    <li className="grid grid-cols-[44px_16px_minmax(0,1fr)_auto] items-start gap-x-2.5 border-b border-line px-4 py-2 last:border-0 max-phone:grid-cols-[44px_16px_minmax(0,1fr)] max-phone:px-3.5">
      <time dateTime={new Date(deed.at).toISOString()} title={fullTime(deed.at)} className="num text-text-3">
        {timeOfDay(deed.at)}
      </time>
      <Icon icon={icon} className={`mt-0.5 ${colour}`} />
      <div className="grid min-w-0 gap-0.5">
        <p className="text-pretty wrap-anywhere">
          <b className="font-medium">{journalWords(deed)}</b>
          {whatWords(deed) && ` ${whatWords(deed)}`}{' '}
          <span className={colour}>{text(`ended.${deed.outcome}`)}</span>
          {withTorrent && <What deed={deed} />}
        </p>
        <p className="text-12 text-pretty wrap-anywhere text-text-2">
          <Who deed={deed} onActor={onActor} />
          {deed.message !== null && ` · ${withExactTimes(messageOf(deed, deed.message), now)}`}
          {deed.repeated && deed.repeated.times > 1 && ` · ${repeatedWords(deed.repeated, now)}`}
        </p>
        {deed.decided && <Decided deed={deed} decided={deed.decided} now={now} />}
      </div>
      {/* On a phone below the words: beside them they would be a narrow column. */}
      <div className="max-phone:col-start-3">{action ?? <UndoButton deed={deed} />}</div>
    </li>
  )
}

/** What a guard asks for says little without what it guards. */
function messageOf({decided}: Deed, message: string): string {
  const by = decided?.guards.find(({lift}) => lift === message)
  return by ? text('guard.lift', {guard: guardWords(by.guard), lift: message}) : message
}

/** Opened: the facts that it stood on, what the guards said, and why it cannot be undone. */
function Decided({
  deed: {undo},
  decided,
  now,
}: {
  deed: Deed
  decided: NonNullable<Deed['decided']>
  now: number
}) {
  const against = decided.guards.filter(({lift}) => lift !== '')
  const passed = decided.guards.filter(({lift}) => lift === '').map(({guard}) => guardWords(guard))
  return (
    <details className="text-12 text-text-2">
      <summary className="w-fit cursor-pointer rounded-s py-1 text-text-3 focus-visible:shadow-focus">
        {text('journal.why')}
      </summary>
      <div className="grid gap-1.5 pt-1">
        <ConditionTree trace={decided.evidence} hold={decided.hold} now={now} />
        {against.map(({guard, lift}) => (
          <p key={guard} className="text-st-stalled">
            {text('guard.lift', {guard: guardWords(guard), lift})}
          </p>
        ))}
        {passed.length > 0 && <p>{text('guard.passed', {guards: passed.join(', ')})}</p>}
        {undo && undo.why !== null && <p>{text('journal.no-undo', {why: undo.why})}</p>}
      </div>
    </details>
  )
}

function repeatedWords({times, last_at: last}: NonNullable<Deed['repeated']>, now: number): string {
  return text('journal.repeated', {count: times, when: exactTime(last, now)})
}

/** The torrent with the way to it, and its server. Of one that is gone the journal has all there is. */
function What({deed: {subject, name, server_id: serverId, info_hash: hash, there: isThere}}: {deed: Deed}) {
  const server = useServer(serverId ?? '')
  const isKnown = useServers() !== null
  const shown = name ?? hash
  // Of one that left nothing but its id is known, which says nothing to anybody.
  const where = server
    ? text('journal.on', {server: server.server_name})
    : isKnown && text('journal.on-former')
  const isItself = subject === 'server' && name !== null && (server === null || server.server_name === name)
  const linkClass = `${textLinkClass} whitespace-normal! wrap-anywhere`
  return (
    <>
      {' · '}
      {hash !== null && serverId !== null && server ? (
        <Link
          {...(isThere
            ? {to: '/torrents', search: {at: `${serverId}~${hash}`, tab: 'timeline'}}
            : {to: '/activity', search: {torrent: hash}, title: text('journal.gone')})}
          className={linkClass}
        >
          {shown}
        </Link>
      ) : (
        shown
      )}
      {serverId !== null && !isItself && <span className="text-text-2"> {where}</span>}
    </>
  )
}

function Who({deed, onActor}: {deed: Deed; onActor?: ((actor: string) => void) | undefined}) {
  if (!onActor) return actorWords(deed)
  return (
    <button
      type="button"
      title={text('journal.by-this', {name: deed.actor})}
      onClick={() => onActor(deed.actor)}
      className="rounded-s text-left underline-offset-2 hover:underline focus-visible:shadow-focus"
    >
      {actorWords(deed)}
    </button>
  )
}

/** Puts back what a rule did, or says why that cannot be; nothing where there is nothing to put back. */
function UndoButton({deed: {id, verb, name, undo}}: {deed: Deed}) {
  const [isBusy, setBusy] = useState(false)
  if (undo === null) return null
  const run = async () => {
    setBusy(true)
    await undoOfRule(id)
    setBusy(false)
  }
  return (
    <Button
      variant="ghost"
      icon={Undo2}
      aria-label={text('journal.undo-one', {what: deedWords(verb), name: name ?? ''})}
      disabledReason={undo.why ?? undefined}
      waitsFor={isBusy ? text('journal.undoing') : undefined}
      onClick={() => void run()}
    >
      {text('journal.undo')}
    </Button>
  )
}
