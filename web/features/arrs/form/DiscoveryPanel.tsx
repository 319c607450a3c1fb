import {useMutation} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {ChevronRight, CircleCheck, CircleQuestionMark} from 'lucide-react'
import {useId, useState} from 'react'
import type {ArrDiscovery, FoundServer} from '../../../api/arrs.ts'
import {tryServer} from '../../../api/servers.ts'
import {listed, text} from '../../../i18n/text.ts'
import {Badge} from '../../../ui/Badge.tsx'
import {Button} from '../../../ui/Button.tsx'
import {DefinitionList} from '../../../ui/DefinitionList.tsx'
import {bytes, written} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {PasswordInput} from '../../../ui/Input.tsx'
import {Note} from '../../../ui/Note.tsx'
import {Skeleton} from '../../../ui/Skeleton.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {kindName} from '../../servers/server-words.ts'
import {arrKindName} from '../arr-health.ts'
import {FindingList} from '../page/FindingList.tsx'
import {importFound, type Answer, type ArrFormState, type SelectedServer} from './arr-form.ts'
import type {DiscoveryState} from './use-discovery.ts'

/**
 * What an Arr told of itself: in the same place all the time, so that nothing moves.
 * @param id of one that is here, whose findings can be put right; `null` = it is not added yet
 */
export function DiscoveryPanel({
  discovery,
  id,
  selecting,
}: {
  discovery: DiscoveryState
  id: string | null
  selecting: Selecting
}) {
  const {asked, isCurrent, canAsk, ask} = discovery
  const found = asked.state === 'done' && isCurrent ? asked.found : null
  return (
    <section
      aria-label={text('arr.found.label')}
      aria-live="polite"
      className="overflow-clip rounded-l border border-line-strong"
    >
      <header className="flex min-h-10 items-center gap-2 bg-sunken py-1 pr-1.5 pl-3">
        <b className="min-w-0 flex-1 truncate">{headOf(discovery)}</b>
        <Button
          variant="ghost"
          onClick={ask}
          waitsFor={asked.state === 'running' ? text('arr.asking') : undefined}
          disabledReason={canAsk ? undefined : text('arr.found.nothing-yet')}
        >
          {text(asked.state === 'idle' ? 'arr.found.ask' : 'arr.ask-again')}
        </Button>
      </header>
      <div className="min-h-16 border-t border-line">
        {asked.state === 'running' && <Skeleton width="55%" className="mx-3 my-3.5" />}
        {asked.state === 'refused' && isCurrent && (
          <Note tone="bad" className="rounded-none!">
            {asked.words}
          </Note>
        )}
        {found && <Found found={found} id={id} selecting={selecting} />}
        {!found && asked.state !== 'running' && !(asked.state === 'refused' && isCurrent) && (
          <p className="px-3 py-2 text-pretty text-text-3">
            {text(id === null ? 'arr.found.hint' : 'arr.found.hint-here')}
          </p>
        )}
      </div>
    </section>
  )
}

function headOf({asked, isCurrent}: DiscoveryState): string {
  if (asked.state === 'running') return text('arr.asking')
  if (asked.state === 'idle') return text('arr.found.not-asked')
  if (!isCurrent) return text('arr.found.outdated')
  if (asked.state === 'refused') return text('arr.found.fails')
  const {kind, version} = asked.found.arr
  return `${arrKindName(kind)} ${version}`
}

/** Which of its servers are added with it: nothing is written before the form is saved. */
type Selecting = Pick<ArrFormState, 'selected' | 'select' | 'leaveOut' | 'questions' | 'answer'>

function Found({found, id, selecting}: {found: ArrDiscovery; id: string | null; selecting: Selecting}) {
  const twins = found.known.filter((it) => it.id !== id)
  return (
    <div className="divide-y divide-line">
      {twins.length > 0 && (
        <Note
          tone="warn"
          className="rounded-none!"
          action={
            <Link to="/library/arrs/$id" params={{id: twins[0]!.id}} className={textLinkClass}>
              {text('arr.show', {name: twins[0]!.name})}
            </Link>
          }
        >
          {text('arr.found.known', {name: twins.map(({name}) => name).join(', ')})}
        </Note>
      )}
      <section aria-label={text('arr.found.servers')}>
        <Heading words={text('arr.found.servers')} />
        <ul>
          {found.servers.map((server) => (
            <FoundServerRow
              key={`${server.name} ${server.url}`}
              server={server}
              list={found.list}
              selecting={selecting}
            />
          ))}
        </ul>
        {found.servers.length === 0 && (
          <p className="px-3 pb-2 text-text-2">{text('arr.found.servers.none')}</p>
        )}
      </section>
      <section aria-label={text('arr.doctor')}>
        <Heading words={text('arr.doctor')} />
        <FindingList id={id} findings={found.findings} />
      </section>
      <Places found={found} />
    </div>
  )
}

function Heading({words}: {words: string}) {
  return <h3 className="px-3 pt-2 pb-1 text-11 font-bold text-text-3">{words}</h3>
}

/** What is good to know and needs no answer. */
function Places({found}: {found: ArrDiscovery}) {
  const entries = [
    ...found.path_mappings.map(({host, remote_path: remote, local_path: local}) => ({
      id: `map ${host} ${remote}`,
      term: text('arr.found.mapping'),
      value: text('arr.found.mapping.is', {host, remote, local}),
    })),
    ...found.root_folders.map(({path, accessible, free_space: free}) => ({
      id: `root ${path}`,
      term: text('arr.found.root'),
      value: rootWords(path, accessible, free),
    })),
    ...found.request_managers.map(({kind, name, origin}) => ({
      id: `request ${kind} ${name}`,
      term: text('arr.found.requests'),
      value: origin === '' ? name : `${name} · ${origin}`,
    })),
  ]
  if (entries.length === 0) return null
  return (
    <details className="group px-3 py-1">
      <summary className="flex min-h-8 cursor-pointer list-none items-center gap-1.5 rounded-s font-medium text-text-2 hover:text-text focus-visible:shadow-focus pointer-coarse:min-h-11">
        <Icon icon={ChevronRight} size={14} className="group-open:rotate-90" />
        {text('arr.found.places')}
        <span className="truncate font-normal text-text-3">
          {text('arr.found.places.what', {
            mappings: found.path_mappings.length,
            roots: found.root_folders.length,
            requests: found.request_managers.length,
          })}
        </span>
      </summary>
      <DefinitionList
        entries={entries}
        className="pt-1 pb-2 [&_dd]:whitespace-normal! [&_dd]:wrap-anywhere"
      />
    </details>
  )
}

function rootWords(path: string, isAccessible: boolean, free: number | null): string {
  if (!isAccessible) return text('arr.found.root.away', {path})
  return free === null ? path : text('arr.found.root.free', {path, free: written(bytes(free))})
}

const secretKinds = ['api_key', 'password'] as const

/** A torrent server that an Arr uses: here already, or added together with it. */
function FoundServerRow({
  server,
  list,
  selecting: {selected, select, leaveOut, questions, answer},
}: {
  server: FoundServer
  list: ArrDiscovery['list']
  selecting: Selecting
}) {
  const {name, implementation, server_type: kind, url, categories, known, item, obstacle, missing} = server
  const answered = item === null ? undefined : questions.get(item)
  const [typed, setTyped] = useState('')
  // Where it has a key, it asks for no password.
  const secret = secretKinds.find((it) => missing.includes(it))
  /** As it was asked before it was selected; `null` = it was not asked yet. */
  const [doubts, setDoubts] = useState<Doubts | null>(null)
  const checking = useMutation({
    mutationFn: async () => {
      const secrets = secret !== undefined && typed !== '' ? {[secret]: typed} : {}
      const wanted = {list, item: item!, secrets}
      if (doubts === null) {
        const found = await doubtsOf(wanted)
        setDoubts(found)
        // Its own torrents say more than its address: that is asked (again).
        if (found.twin !== null) answer(item!, null)
        if (found.words.length > 0) return
      }
      select({...wanted, name})
    },
  })
  const isSelected = selected.some((it) => it.item === item)
  const isDoubted = doubts !== null && doubts.words.length > 0 && !isSelected
  const isAsked = answered === null
  return (
    <li className="grid gap-1.5 px-3 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        <span className="grid min-w-0 flex-[1_1_200px]">
          <span className="truncate">
            <b className="font-medium">{name}</b>{' '}
            <span className="text-text-2">{kind === null ? implementation : kindName(kind)}</span>
          </span>
          <span className="truncate text-12 text-text-3">
            {[url, categories.length > 0 && text('arr.found.under', {categories: categories.join(', ')})]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </span>
        {isAsked ? null : answered === 'same' ? (
          <span className="flex flex-wrap items-center gap-2">
            <Badge tone="good" icon={CircleCheck}>
              {text('arr.found.here', {name: doubts?.twin ?? server.may_be[0]?.server_name ?? ''})}
            </Badge>
            <Button
              variant="ghost"
              aria-label={text('arr.found.ask-again-of', {name})}
              onClick={() => answer(item!, null)}
            >
              {text('arr.found.change')}
            </Button>
          </span>
        ) : known !== null ? (
          <Badge tone="good" icon={CircleCheck}>
            {text('arr.found.here', {name: known.server_name})}
          </Badge>
        ) : isSelected ? (
          <span className="flex flex-wrap items-center gap-2">
            <Badge tone="good" icon={CircleCheck}>
              {text('arr.found.chosen')}
            </Badge>
            <Button
              variant="ghost"
              aria-label={text('arr.found.leave-out-of', {name})}
              onClick={() => leaveOut(item!)}
            >
              {text('arr.found.leave-out')}
            </Button>
          </span>
        ) : (
          item !== null && (
            <Adding
              name={name}
              secret={secret}
              typed={typed}
              onType={(value) => {
                setTyped(value)
                // What was found out was so with another one.
                setDoubts(null)
              }}
              doubts={isDoubted ? doubts : null}
              isAsking={checking.isPending}
              onAdd={() => checking.mutate()}
            />
          )
        )}
      </div>
      {isAsked && (
        <Question
          server={server}
          twin={doubts?.twin ?? null}
          onAnswer={(given) => {
            answer(item!, given)
            // Its torrents were compared already: there is nothing left to find out.
            if (given === 'another' && doubts !== null) checking.mutate()
          }}
        />
      )}
      {[
        obstacle,
        ...(isDoubted && !isAsked && answered !== 'same' ? doubts.words : []),
        checking.error?.message ?? null,
      ]
        .filter((words) => words !== null)
        .map((words) => (
          <output key={words} className="block text-12 text-pretty text-st-stalled wrap-anywhere">
            {words}
          </output>
        ))}
    </li>
  )
}

/** Whether it is a server that is here, by its torrents, or by an address that may be another one of the same server. */
function Question({
  server: {name, url, implementation, server_type: kind, may_be: mayBe},
  twin,
  onAnswer,
}: {
  server: FoundServer
  /** Name of the one that has the same torrents, as it was asked; `null` = it was not. */
  twin: string | null
  onAnswer: (answer: Answer) => void
}) {
  const id = useId()
  const ours = twin ?? listed(mayBe.map((it) => it.server_name))
  const {same, of} = mayBe[0] ?? {same: 0, of: 0}
  const what = kind === null ? implementation : kindName(kind)
  return (
    <fieldset
      aria-labelledby={id}
      className="grid min-w-0 gap-1.5 rounded-m border border-st-stalled bg-surface px-3 py-2"
    >
      <p id={id} className="flex items-start gap-1.5 font-medium">
        <Icon icon={CircleQuestionMark} className="mt-0.5 text-st-stalled" />
        {text(twin === null && mayBe.length > 1 ? 'arr.found.question.one-of' : 'arr.found.question', {
          url: url ?? name,
          ours,
        })}
      </p>
      <p className="text-12 text-pretty text-text-2">
        {twin !== null
          ? text('arr.found.question.torrents', {kind: what, ours})
          : of > 0
            ? text('arr.found.question.downloads', {kind: what, ours, same, count: of})
            : text('arr.found.question.address', {kind: what, ours})}{' '}
        {text('arr.found.question.keeps', {ours})}
      </p>
      <p className="flex flex-wrap gap-2">
        <Button onClick={() => onAnswer('same')}>{text('arr.found.question.yes', {ours})}</Button>
        <Button onClick={() => onAnswer('another')}>{text('arr.found.question.no')}</Button>
      </p>
    </fieldset>
  )
}

/**
 * Adds it, with the secret that it takes.
 *
 * @param secret which one it asks for; `undefined` = none
 * @param doubts what speaks against it; `null` = nothing, as far as is known
 */
function Adding({
  name,
  secret,
  typed,
  onType,
  doubts,
  isAsking,
  onAdd,
}: {
  name: string
  secret: (typeof secretKinds)[number] | undefined
  typed: string
  onType: (value: string) => void
  doubts: Doubts | null
  isAsking: boolean
  onAdd: () => void
}) {
  const twin = doubts?.twin ?? null
  return (
    <span className="flex flex-wrap items-center gap-2">
      {twin !== null && (
        <Badge tone="good" icon={CircleCheck}>
          {text('arr.found.is', {name: twin})}
        </Badge>
      )}
      {secret !== undefined && (
        <span className="w-44">
          <PasswordInput
            aria-label={text(secret === 'password' ? 'arr.found.password' : 'arr.found.api_key', {name})}
            placeholder={text(secret === 'password' ? 'server.form.password' : 'server.form.key')}
            autoComplete="new-password"
            value={typed}
            onChange={(event) => onType(event.target.value)}
            onKeyDown={(event) => {
              // The form around it adds the Arr.
              if (event.key !== 'Enter') return
              event.preventDefault()
              if (typed !== '') onAdd()
            }}
          />
        </span>
      )}
      <Button
        onClick={onAdd}
        waitsFor={isAsking ? text('arr.asking') : undefined}
        disabledReason={
          secret !== undefined && typed === ''
            ? text(secret === 'password' ? 'arr.found.password.first' : 'arr.found.api_key.first')
            : undefined
        }
      >
        {text(
          doubts !== null
            ? doubts.isReached
              ? 'arr.found.add-another'
              : 'arr.found.add-anyway'
            : 'arr.found.add',
        )}
      </Button>
    </span>
  )
}

/** What speaks against adding a server that an Arr told. */
interface Doubts {
  /** Each a sentence; none = nothing does. */
  readonly words: readonly string[]
  /** Names of servers here that it is, by another address; `null` = it is none of them, as far as is known. */
  readonly twin: string | null
  /** It answered, and let us in. */
  readonly isReached: boolean
}

/** Looks at the daemon itself first: its torrents tell who it is, whatever its address and its name. */
async function doubtsOf(wanted: Omit<SelectedServer, 'name'>): Promise<Doubts> {
  const {list, item, secrets} = wanted
  const {secrets_set: _, ...found} = list.servers[item]!
  const {ok, known, advice} = await tryServer({...found, ...secrets})
  const twin = known.length === 0 ? null : known.map(({server_name: name}) => name).join(', ')
  if (twin !== null) return {words: [text('arr.found.same', {name: twin})], twin, isReached: true}
  const words = await importFound(wanted, true)
  return {words: ok ? words : [advice, ...words], twin, isReached: ok}
}
