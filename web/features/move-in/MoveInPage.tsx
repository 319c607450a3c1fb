import {useMutation, useQuery} from '@tanstack/react-query'
import {Link, useNavigate} from '@tanstack/react-router'
import {Eye, Truck} from 'lucide-react'
import {useState} from 'react'
import {differenceWeights, type DifferenceWeight} from '#model/qbitrr-migration.ts'
import {arrsQuery} from '../../api/arrs.ts'
import {
  inheritedItemsQuery,
  letRulesAct,
  moveInQuery,
  type Difference,
  type InheritedItem,
  type MoveIn,
} from '../../api/move-in.ts'
import {usePreference} from '../../api/preferences.ts'
import {queries} from '../../api/queries.ts'
import {rulesQuery, type RuleMode} from '../../api/rules.ts'
import {usePermission} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {useServers} from '../../live/servers.ts'
import {Awaited, together} from '../../ui/Awaited.tsx'
import {Button} from '../../ui/Button.tsx'
import {Card} from '../../ui/Card.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {EmptyState} from '../../ui/EmptyState.tsx'
import {exactTime} from '../../i18n/format-time.ts'
import {Note} from '../../ui/Note.tsx'
import {narrowClass, pageClass, PageHead} from '../../ui/PageHead.tsx'
import {Skeleton, SkeletonLines} from '../../ui/Skeleton.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {useTitle} from '../../ui/use-document.ts'
import {MOVE_IN_HINT} from './MoveInLine.tsx'

/** What somebody who comes from qBitrr brought along, and what will be different for him. */
export function MoveInPage() {
  useTitle(text('move-in.title'))
  const isAdministrator = usePermission('admin')
  const reading = useQuery({...moveInQuery, enabled: isAdministrator})
  const {data} = reading
  return (
    <main id="page" tabIndex={-1} className={pageClass}>
      <div className={narrowClass}>
        <PageHead title={text('move-in.title')} />
        {!isAdministrator ? (
          <EmptyState
            icon={Truck}
            title={text('move-in.not-yours')}
            text={text('server.ask-administrator')}
          />
        ) : (
          <>
            <Awaited reading={reading} what={text('move-in.title')} className="mb-4">
              <SkeletonLines />
            </Awaited>
            {data && <Report moveIn={data} />}
          </>
        )}
      </div>
    </main>
  )
}

function Report({moveIn}: {moveIn: MoveIn}) {
  const {observing, is_inherited: isInherited, differences} = moveIn
  return (
    <div className="grid gap-6">
      {observing && <ObservingNote since={observing.since} />}
      {isInherited ? (
        <>
          <Brought isObserving={observing !== null} />
          <p className="text-pretty text-text-2">{text('move-in.lead')}</p>
          <Faults faults={moveIn.faults} />
          {differences.length === 0 && <Note tone="good">{text('move-in.same')}</Note>}
          {differenceWeights.map((weight) => (
            <DifferenceGroup
              key={weight}
              weight={weight}
              differences={differences.filter((it) => it.weight === weight)}
            />
          ))}
          <TakenOverCard databases={moveIn.databases} />
          <InheritedItemsCard />
          <ReadButton />
        </>
      ) : (
        <EmptyState icon={Truck} title={text('move-in.none.title')} text={text('move-in.none.text')} />
      )}
    </div>
  )
}

/** What the file brought, and whether its rules act: known before anything else is read. */
function Brought({isObserving}: {isObserving: boolean}) {
  const reading = {arrs: useQuery(arrsQuery), rules: useQuery(rulesQuery)}
  const {
    arrs: {data: arrs},
    rules: {data: rules},
  } = reading
  const servers = useServers()
  if (!arrs || !rules || !servers) {
    return (
      <Awaited reading={together(reading.arrs, reading.rules)} what={text('move-in.title')}>
        <Skeleton height={40} />
      </Awaited>
    )
  }
  const presets = rules.filter(
    (it) => it.origin === 'preset' && it.suspended === null && it.obstacle === null,
  )
  const inMode = (mode: RuleMode) => presets.filter((it) => it.mode === mode).length
  const [live, ask] = [inMode('live'), inMode('ask')]
  const count = {
    servers: text('move-in.brought.servers', {count: servers.length}),
    arrs: text('move-in.brought.arrs', {count: arrs.length}),
  }
  return (
    <Note tone={isObserving || live === 0 ? 'info' : 'warn'}>
      <b>{text('move-in.brought', count)}</b>{' '}
      {!isObserving && (
        <>
          {live > 0 && text('move-in.brought.live', {count: live})}{' '}
          {ask > 0 && text(live > 0 ? 'move-in.brought.ask' : 'move-in.brought.ask-alone', {count: ask})}{' '}
          {live === 0 && ask === 0 && text('move-in.brought.no-rules')}{' '}
        </>
      )}
      <Link to="/rules" className={textLinkClass}>
        {text('move-in.brought.rules')}
      </Link>
    </Note>
  )
}

function Faults({faults}: {faults: MoveIn['faults']}) {
  if (faults.length === 0) return null
  return (
    <Note tone="bad">
      <b>{text('move-in.fault.title')}</b>
      <ul className="my-1 grid gap-1">
        {faults.map(({path, message}) => (
          <li key={path}>{message}</li>
        ))}
      </ul>
      {text('move-in.fault.again')}
    </Note>
  )
}

/** Puts the line above the pages away. */
function ReadButton() {
  const navigate = useNavigate()
  const [hidden, hide] = usePreference('hints.hidden')
  const put = () => {
    if (!hidden.includes(MOVE_IN_HINT)) hide([...hidden, MOVE_IN_HINT])
    void navigate({to: '/torrents'})
  }
  return (
    <Button
      variant="primary"
      size="big"
      className="justify-self-end max-phone:justify-self-stretch"
      onClick={put}
    >
      {text('move-in.read')}
    </Button>
  )
}

type Database = MoveIn['databases'][number]

const kinds = ['searched', 'requested', 'torrents', 'profiles', 'left_out'] as const

/** What qBitrr remembered and is known here now. */
function TakenOverCard({databases}: Pick<MoveIn, 'databases'>) {
  return (
    <Card title={text('move-in.taken')} isPadded={databases.length === 0}>
      {databases.length === 0 ? (
        <p className="text-text-2">{text('move-in.taken.none')}</p>
      ) : (
        <ul>
          {databases.map((database) => (
            <Row key={database.path} database={database} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function Row({database: {path, counts, moved_at: movedAt}}: {database: Database}) {
  const now = useNow()
  const shownKinds = kinds.filter((kind) => counts[kind] > 0)
  return (
    <li className="border-t border-line px-3.5 py-3 first:border-0">
      <p className="flex flex-wrap justify-between gap-x-3">
        <code className="font-mono text-12 wrap-anywhere">{path}</code>
        <span className="text-12 text-text-3">{text('move-in.taken.at', {at: exactTime(movedAt, now)})}</span>
      </p>
      <ul className="mt-1.5 list-disc pl-4 text-text-2">
        {shownKinds.map((kind) => (
          <li key={kind}>{text(`move-in.taken.${kind}`, {count: counts[kind]})}</li>
        ))}
        {shownKinds.length === 0 && <li>{text('move-in.taken.empty')}</li>}
      </ul>
    </li>
  )
}

/** More are shown when somebody asks: a library may have thousands that were requested. */
const MOST = 20

/** Items of which qBitrr knew more than others: those with a temporary profile first, as their own comes back. */
function InheritedItemsCard() {
  const reading = useQuery(inheritedItemsQuery)
  const {data: items = []} = reading
  const [isWhole, setWhole] = useState(false)
  if (reading.error && items.length === 0) return <Awaited reading={reading} what={text('move-in.items')} />
  if (items.length === 0) return null
  const hasProfile = ({original_profile_id: original}: InheritedItem) => original !== null
  const sorted = [...items.filter(hasProfile), ...items.filter((it) => !hasProfile(it))]
  const shown = isWhole ? sorted : sorted.slice(0, MOST)
  return (
    <Card title={text('move-in.items')} isPadded={false}>
      <p className="px-3.5 pt-3 text-pretty text-text-2">{text('move-in.items.hint')}</p>
      <ul aria-label={text('move-in.items')} className="py-1.5">
        {shown.map((item) => (
          <Item key={`${item.arr_id} ${item.item}`} item={item} />
        ))}
      </ul>
      {shown.length < sorted.length && (
        <p className="px-3.5 pb-3">
          <TextButton onClick={() => setWhole(true)}>
            {text('move-in.items.more', {count: sorted.length - shown.length})}
          </TextButton>
        </p>
      )}
    </Card>
  )
}

function Item({item}: {item: InheritedItem}) {
  const {data: arrs = []} = useQuery(arrsQuery)
  const {arr_id: arrId, title, item: name} = item
  const arr = arrs.find(({id}) => id === arrId)?.name ?? arrId
  return (
    <li className="px-3.5 py-1.5">
      <p className="wrap-anywhere">
        <b className="font-medium">{title ?? name}</b> <span className="text-text-3">{arr}</span>
      </p>
      <Facts item={item} />
    </li>
  )
}

function Facts({item}: {item: InheritedItem}) {
  const now = useNow()
  const {requested, original_profile_id: before, temporary_profile_id: is, switched_at: at} = item
  const profile =
    before === null
      ? ''
      : text(is === null ? 'move-in.items.profile-before' : 'move-in.items.profile', {before, is: is ?? ''})
  const facts = [
    profile,
    before !== null && at !== null ? text('move-in.items.since', {at: exactTime(at, now)}) : '',
    requested ? text('move-in.items.requested') : '',
  ]
  return <p className="text-12 text-pretty text-text-2">{facts.filter((it) => it !== '').join(' · ')}</p>
}

/** The rules only tell what they would do; here they are let act. */
function ObservingNote({since}: {since: number}) {
  const now = useNow()
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      <Note
        tone="warn"
        icon={Eye}
        action={
          <Button variant="primary" onClick={() => setAsking(true)}>
            {text('move-in.act')}
          </Button>
        }
      >
        <b>{text('move-in.observing.title')}</b>{' '}
        {text('move-in.observing.text', {since: exactTime(since, now)})}
      </Note>
      <ActDialog isOpen={isAsking} onOpen={setAsking} />
    </>
  )
}

function ActDialog({isOpen, onOpen}: {isOpen: boolean; onOpen: (isOpen: boolean) => void}) {
  const confirming = useMutation({
    mutationFn: () => letRulesAct(null),
    onSuccess: async (moveIn) => {
      // What the page says of the rules must not be what held before.
      await queries.invalidateQueries({queryKey: rulesQuery.queryKey})
      toast({text: text('move-in.act.done'), tone: 'good'})
      // This note goes with it, so it comes last.
      queries.setQueryData(moveInQuery.queryKey, moveIn)
    },
  })
  return (
    <Dialog
      open={isOpen}
      onOpenChange={onOpen}
      size="s"
      title={text('move-in.act.title')}
      footer={
        <>
          <Button onClick={() => onOpen(false)}>{text('move-in.act.cancel')}</Button>
          <Button
            variant="primary"
            onClick={() => confirming.mutate()}
            waitsFor={confirming.isPending ? text('move-in.act.sending') : undefined}
          >
            {text('move-in.act.confirm')}
          </Button>
        </>
      }
    >
      <p className="text-pretty text-text-2">{text('move-in.act.text')}</p>
      {confirming.error && (
        <Note tone="bad" isNews className="mt-3">
          {confirming.error.message}
        </Note>
      )}
    </Dialog>
  )
}

/** More would be read by nobody: eight Arrs have the same keys. */
const MOST_PLACES = 6

/** Differences of one kind, the sentence that counts first. */
function DifferenceGroup({
  weight,
  differences,
}: {
  weight: DifferenceWeight
  differences: readonly Difference[]
}) {
  if (differences.length === 0) return null
  const title = `move-in-${weight}`
  return (
    <section aria-labelledby={title}>
      <h2 id={title} className="text-16/tight font-bold tracking-[-.01em]">
        {text(`move-in.weight.${weight}`)}
      </h2>
      <p className="mt-0.5 mb-2.5 text-text-2">{text(`move-in.weight.${weight}.text`)}</p>
      <ul className="overflow-hidden rounded-l border border-line-strong bg-surface">
        {differences.map((difference) => (
          <DifferenceItem key={difference.id} difference={difference} />
        ))}
      </ul>
    </section>
  )
}

function DifferenceItem({difference: {now, before, why, change, places}}: {difference: Difference}) {
  return (
    <li className="grid gap-1.5 border-t border-line px-4 py-3 first:border-0 max-phone:px-3.5">
      <p className="font-medium text-pretty">{now}</p>
      <p className="text-pretty text-text-2">
        <span className="text-text-3">{text('move-in.before')}:</span> {before}
      </p>
      <Places places={places} />
      <details className="text-text-2">
        <summary className="w-fit cursor-pointer rounded-s py-0.5 text-accent-strong focus-visible:shadow-focus pointer-coarse:py-2.5">
          {text('move-in.more')}
        </summary>
        <dl className="mt-1 grid gap-1.5 pl-4">
          {[
            {label: text('move-in.why'), words: why},
            {label: text('move-in.change'), words: change},
          ].map(({label, words}) => (
            <div key={label}>
              <dt className="text-12 text-text-3">{label}</dt>
              <dd className="text-pretty text-text">{words}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  )
}

function Places({places}: Pick<Difference, 'places'>) {
  if (places.length === 0) return null
  const shown = places.slice(0, MOST_PLACES)
  return (
    <ul aria-label={text('move-in.places')} className="grid gap-0.5">
      {shown.map((place) => (
        <li key={place.variable ?? place.key} className="flex flex-wrap items-baseline gap-x-2 text-12">
          <code className="font-mono wrap-anywhere">
            {place.key} = {place.value}
          </code>
          <span className="text-text-3">{whereOf(place)}</span>
        </li>
      ))}
      {places.length > shown.length && (
        <li className="text-12 text-text-3">
          {text('move-in.places.more', {count: places.length - shown.length})}
        </li>
      )}
    </ul>
  )
}

function whereOf({line, variable}: Difference['places'][number]): string {
  if (variable !== null) return variable
  return line === null ? text('move-in.absent') : text('move-in.line', {line})
}
