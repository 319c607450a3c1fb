import {useNavigate} from '@tanstack/react-router'
import {useId, useState} from 'react'
import type {ServerDetail} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {Button} from '../../ui/Button.tsx'
import {CheckMark} from '../../ui/CheckMark.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {bytes, count, written} from '../../ui/format.ts'
import {joined} from '../../ui/joined.ts'
import {Kbd} from '../../ui/Kbd.tsx'
import {Quantity} from '../../ui/Quantity.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {counted} from '../actions/action-words.ts'
import {closeOverlay, type Brought} from '../commands/overlays.ts'
import {healthLook} from '../servers/health-words.ts'
import {ServerName} from '../servers/ServerName.tsx'
import {
  reasonAgainst,
  reasonAgainstPriority,
  standardOptions,
  type AddOptions,
  type StartMode,
} from './add-options.ts'
import {addedWords, isWell, repeatable, useSending, type Task} from './sending.ts'
import {AddResults, ItemList, LinkField} from './AddItems.tsx'
import {
  allWanted,
  leftOut,
  sendable,
  sizeOfItems,
  useItems,
  type AddItem,
  type FileChoice,
  type Items,
} from './items.ts'
import {FilePicker} from './FilePicker.tsx'
import {OptionFields} from './OptionFields.tsx'
import {useTargets, type Target, type Targets} from './targets.ts'

/** What, where, which files, how; then what became of it on each server. Closes by itself when all went well. */
export function AddDialog({brought}: {brought: Brought}) {
  const id = useId()
  const items = useItems(brought)
  const [choices, setChoices] = useState<ReadonlyMap<string, FileChoice>>(new Map())
  const [options, setOptions] = useState<AddOptions>(standardOptions)
  const size = sizeOfItems(items.list, new Map([...choices].map(([item, choice]) => [item, leftOut(choice)])))
  const targets = useTargets(items.list, size.bytes)
  const sending = useSending()
  const finish = useFinish(
    targets.list.map(({server}) => server),
    options.start,
  )
  const ready = sendable(items.list)
  const send = async () => {
    const serverIds = targets.selected.map(({server}) => server.server_id)
    finish(await sending.send({items: items.list, serverIds, options, choices}))
  }
  const refused = repeatable(sending.tasks ?? [])
  const failed = refused.length
  const canConfirm = refused.some(({sent}) => sent?.confirmWith !== undefined)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && closeOverlay()}
      title={ready.length === 0 ? text('add.title') : counted('add.title.of', ready.length)}
      description={sending.tasks === null ? text('add.more') : undefined}
      size="xl"
      footer={
        sending.tasks === null ? (
          <AddButtons
            form={id}
            torrents={ready.length}
            servers={targets.selected.map(({server}) => server.server_name)}
          />
        ) : (
          <>
            {failed > 0 && !sending.isBusy && (
              <Button onClick={() => void sending.retry().then(finish)}>
                {counted('result.retry', failed)}
              </Button>
            )}
            {canConfirm && !sending.isBusy && (
              <Button variant="danger" onClick={() => void sending.retry(true).then(finish)}>
                {text('add.anyway')}
              </Button>
            )}
            <Button
              variant="primary"
              waitsFor={sending.isBusy ? text('add.sending') : undefined}
              onClick={closeOverlay}
            >
              {text('add.close')}
            </Button>
          </>
        )
      }
    >
      {sending.tasks === null ? (
        <form
          id={id}
          onSubmit={(event) => {
            event.preventDefault()
            if (ready.length > 0 && targets.selected.length > 0) void send()
          }}
        >
          <AddForm {...{items, targets, size, options, setOptions, choices, setChoices}} />
        </form>
      ) : (
        <AddResults tasks={sending.tasks} targets={targets.list} />
      )}
    </Dialog>
  )
}

function AddButtons({form, torrents, servers}: {form: string; torrents: number; servers: readonly string[]}) {
  const [server] = servers
  const where =
    servers.length === 1 ? text('add.button.one', {name: server!}) : counted('add.button', servers.length)
  const reason = torrents === 0 ? text('add.nothing') : servers.length === 0 ? text('add.nowhere') : undefined
  return (
    <>
      {reason === undefined && (
        <span className="mr-auto text-12 text-text-2 max-phone:hidden">
          <b className="font-medium text-text">{counted('add.sum', torrents)}</b>
          {servers.length > 1 && ` ${counted('add.per-server', servers.length)}`}
        </span>
      )}
      <Button onClick={closeOverlay} className="max-phone:h-11 max-phone:flex-1">
        {text('action.cancel')}
      </Button>
      <Button
        type="submit"
        form={form}
        variant="primary"
        disabledReason={reason}
        className="max-phone:h-11 max-phone:flex-1"
      >
        {servers.length === 0 ? text('add.button.none') : where}
        {reason === undefined && (
          <Kbd
            keys="Ctrl Enter"
            className="ml-2 max-phone:hidden [&_kbd]:border-on-accent/40 [&_kbd]:bg-transparent [&_kbd]:text-inherit"
          />
        )}
      </Button>
    </>
  )
}

/** All went well: the dialog goes, a toast says where it is. */
function useFinish(
  servers: readonly {readonly server_id: string; readonly server_name: string}[],
  start: StartMode,
) {
  const navigate = useNavigate()
  return (tasks: readonly Task[]) => {
    if (!tasks.every(isWell)) return
    closeOverlay()
    const names = [...new Set(tasks.map(({serverId}) => serverId))].map(
      (id) => servers.find((it) => it.server_id === id)?.server_name ?? id,
    )
    const [first] = tasks
    const hash = first?.sent?.hash
    const show = () =>
      void navigate({to: '/torrents', search: (before) => ({...before, at: `${first!.serverId}~${hash}`})})
    toast({
      tone: 'good',
      text: addedWords(tasks, names.join(', '), start),
      ...(hash && {action: {label: text('add.show'), run: show}}),
    })
  }
}

interface AddFormProps {
  readonly items: Items
  readonly targets: Targets
  readonly size: {readonly bytes: number; readonly isWhole: boolean}
  readonly options: AddOptions
  readonly setOptions: (options: AddOptions) => void
  readonly choices: ReadonlyMap<string, FileChoice>
  readonly setChoices: (choices: ReadonlyMap<string, FileChoice>) => void
}

/** What above, where and how at the left, which files at the right. */
function AddForm({items, targets, size, options, setOptions, choices, setChoices}: AddFormProps) {
  const [wanted, setWanted] = useState<string | null>(null)
  const shown = items.list.find(({id}) => id === wanted) ?? items.list[0] ?? null
  return (
    <div className="grid gap-4">
      <div className="grid gap-2">
        <ItemList items={items} shownId={shown?.id ?? null} onShow={setWanted} />
        <LinkField items={items} />
      </div>
      {/* Reaches the edges of the dialog. */}
      <div className="-mx-5 -mb-5 grid border-t border-line phone:grid-cols-2 phone:divide-x phone:divide-line">
        <div className="grid min-w-0 content-start gap-4 px-5 py-4">
          <TargetList targets={targets} size={size} torrents={items.list.length} />
          <OptionFields options={options} onChange={setOptions} details={targets.details} />
        </div>
        <div className="min-w-0 px-5 py-4 max-phone:border-t max-phone:border-line">
          <FilesPane
            key={shown?.id ?? ''}
            item={shown}
            details={targets.details}
            choice={(shown && choices.get(shown.id)) ?? null}
            onChange={(choice) => shown && setChoices(new Map(choices).set(shown.id, choice))}
          />
        </div>
      </div>
    </div>
  )
}

/** One or several servers; those that cannot take it stay in sight with the reason. */
function TargetList({
  targets,
  size,
  torrents,
}: {
  targets: Targets
  size: {readonly bytes: number; readonly isWhole: boolean}
  torrents: number
}) {
  const {list, best, selected} = targets
  const isBest = selected.length === 1 && selected[0]!.server.server_id === best?.id
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 flex w-full items-baseline gap-2 text-12 font-medium text-text-2">
        {text('add.where')}
        <span className="ml-auto font-normal text-text-3">{text('add.where.several')}</span>
      </legend>
      {best && (
        <p className="flex min-h-6 flex-wrap items-baseline gap-x-2 text-12 text-text-2">
          {isBest ? (
            <b className="font-medium text-text">{text('add.best.is')}</b>
          ) : (
            <TextButton onClick={() => targets.selectOnly(best.id)}>{text('add.best')}</TextButton>
          )}
          <span>{text(best.why.key, best.why.values)}</span>
        </p>
      )}
      {list.map((target) => (
        <TargetCard
          key={target.server.server_id}
          target={target}
          size={size}
          torrents={torrents}
          onToggle={() => targets.toggle(target.server.server_id)}
        />
      ))}
      {list.length === 0 && <p className="text-text-2">{text('add.no-servers')}</p>}
    </fieldset>
  )
}

/** Which files of the torrent are wanted, where that can be said before it starts; else why not. */
function FilesPane({
  item,
  details,
  choice,
  onChange,
}: {
  item: AddItem | null
  details: readonly ServerDetail[]
  choice: FileChoice | null
  onChange: (choice: FileChoice) => void
}) {
  const words = wordsAgainst(item, details)
  if (words === null && item?.kind === 'file' && item.content) {
    return (
      <FilePicker
        content={item.content}
        choice={choice ?? allWanted}
        whyNotFirst={reasonAgainstPriority('high', details)}
        onChange={onChange}
      />
    )
  }
  return (
    <section aria-label={text('add.chosen-files')}>
      <h3 className="mb-1.5 text-12 font-medium text-text-2">{text('add.chosen-files')}</h3>
      <p className="text-pretty text-text-3">{words}</p>
    </section>
  )
}

/** `null` = they can be chosen. */
function wordsAgainst(item: AddItem | null, details: readonly ServerDetail[]): string | null {
  if (item === null) return text('add.files.none')
  if (item.kind !== 'file') return text('add.files.later')
  if (item.fault !== null) return item.fault
  if (item.content === null) return text('add.files.reading')
  if (item.content.files_omitted > 0) return text('add.files.too-many')
  return reasonAgainst('setFilePriority', details) ?? null
}

/** A server to put it on: what is free now and after, whether it has it, or why it cannot take it. */
function TargetCard({
  target,
  size,
  torrents,
  onToggle,
}: {
  target: Target
  size: {readonly bytes: number; readonly isWhole: boolean}
  torrents: number
  onToggle: () => void
}) {
  const id = useId()
  const {server, place, isSelected, canTake} = target
  const words = targetWords(target, size, torrents)
  const refused = refusedWord(target)
  return (
    <button
      type="button"
      // The whole card is the target; the box inside is only its picture.
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
      role="checkbox"
      aria-checked={isSelected}
      aria-disabled={!canTake || undefined}
      aria-describedby={`${id}-words`}
      aria-labelledby={`${id}-name`}
      onClick={() => canTake && onToggle()}
      className={joined(
        'grid w-full grid-cols-[18px_minmax(0,1fr)_auto] items-center gap-x-2.5 gap-y-0.5 rounded-m border px-2.5 py-2 text-left transition-colors focus-visible:shadow-focus max-phone:min-h-13',
        isSelected ? 'border-accent-line bg-accent-soft' : 'border-line-strong',
        canTake && !isSelected && 'hover:bg-hover',
        !canTake && 'cursor-default text-text-3',
      )}
    >
      <CheckMark state={isSelected} isOff={!canTake} />
      <span id={`${id}-name`} className={joined('min-w-0', canTake && 'font-medium')}>
        <ServerName server={server} place={place} />
      </span>
      {refused === null ? (
        <Quantity value={bytes(server.free_space)} className={words.isWarning ? 'text-st-stalled' : ''} />
      ) : (
        <span className="text-12">{refused}</span>
      )}
      {words.text !== '' && (
        <span id={`${id}-words`} className="col-span-2 col-start-2 text-12 text-pretty text-text-2">
          {words.text}
        </span>
      )}
    </button>
  )
}

interface TargetWords {
  readonly text: string
  /** Somebody should think twice. */
  readonly isWarning: boolean
}

/** Of what it has less than this share is left, or nothing. */
const LITTLE = 0.1

/** What stands below the name of a server that something could be added to. Pure. */
function targetWords(
  {server, canTake, has}: Pick<Target, 'server' | 'canTake' | 'has'>,
  size: {readonly bytes: number; readonly isWhole: boolean},
  torrents: number,
): TargetWords {
  if (!canTake) return {text: refusal(server), isWarning: false}
  const words = [hasWords(has, torrents), spaceWords(server.free_space, size)].filter(Boolean)
  return {text: words.join(' '), isWarning: isTight(server.free_space, size.bytes)}
}

/** The word at its right; `null` = its free space stands there. */
function refusedWord({server, canTake}: Pick<Target, 'server' | 'canTake'>): string | null {
  if (canTake) return null
  return server.access === 'view' ? text('add.look-only') : text(healthLook(server).word)
}

function refusal({server_name: name, access, advice, detail}: Target['server']): string {
  if (access === 'view') return text('add.look-only.why', {name})
  return advice || detail || text('add.away', {name})
}

function hasWords(has: number, torrents: number): string {
  if (has === 0) return ''
  if (torrents === 1) return text('add.has-it')
  return counted('add.has', has, {of: count(torrents)})
}

function spaceWords(
  free: number | undefined,
  {bytes: size, isWhole}: {bytes: number; isWhole: boolean},
): string {
  if (free === undefined) return text('add.free-unknown')
  if (size === 0) return ''
  if (free < size) return text('add.too-full', {missing: written(bytes(size - free))})
  return text(isWhole ? 'add.left' : 'add.left-less', {left: written(bytes(free - size))})
}

function isTight(free: number | undefined, size: number): boolean {
  return free !== undefined && size > 0 && free - size < free * LITTLE
}
