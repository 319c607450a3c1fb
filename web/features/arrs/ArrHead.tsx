import {useMutation} from '@tanstack/react-query'
import {Link, useNavigate} from '@tanstack/react-router'
import {
  Ellipsis,
  Pencil,
  Power,
  RefreshCw,
  Rss,
  Share2,
  SquareArrowOutUpRight,
  Trash2,
  X,
  Zap,
} from 'lucide-react'
import {queries} from '../../api/queries.ts'
import {actOnArr, changeArr, takeOverArr, testArr, type Arr, type ArrPatch} from '../../api/arrs.ts'
import {text} from '../../i18n/text.ts'
import {toast} from '../../lib/toast.ts'
import {useNow} from '../../live/clock.ts'
import {announce} from '../../ui/announce.ts'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {DropdownMenu} from '../../ui/DropdownMenu.tsx'
import {ago, written} from '../../ui/format.ts'
import {IconButton} from '../../ui/IconButton.tsx'
import type {MenuEntry} from '../../ui/menu-entry.ts'
import {Note} from '../../ui/Note.tsx'
import {PageHead} from '../../ui/PageHead.tsx'
import {TextButton, textLinkClass} from '../../ui/TextButton.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {useCommands} from '../commands/commands.ts'
import {FileMark} from '../servers/list/FileMark.tsx'
import {openArrDialog} from './arr-dialogs.ts'
import {arrHealth, arrKindName, cureField, healthLook, troubleOf} from './arr-health.ts'

/** Its name, how it does, and what can be done with it. */
export function ArrHead({arr}: {arr: Arr}) {
  const test = useArrTest(arr.id)
  const {access} = arr
  const command = useArrCommands(arr)
  const entries: readonly MenuEntry[] = [...command, ...useArrMenu(arr, test.run)]
  return (
    <div className="[&>header]:mb-0">
      <PageHead
        title={arr.name}
        note={
          <span className="flex flex-wrap items-center gap-2">
            <ArrHealthBadge arr={arr} />
            {arr.origin === 'file' && <FileMark />}
            <Facts arr={arr} />
          </span>
        }
        actions={
          <>
            {access !== 'view' && (
              <Button icon={Zap} onClick={test.run}>
                {text('arr.do.test')}
              </Button>
            )}
            {access === 'own' && (
              <Button icon={Pencil} onClick={() => openArrDialog({name: 'edit', id: arr.id})}>
                {text('arr.do.edit')}
              </Button>
            )}
            <DropdownMenu
              label={arr.name}
              align="end"
              entries={entries.filter((entry) => !('id' in entry) || entry.id !== 'open')}
              trigger={<IconButton icon={Ellipsis} label={text('arr.menu', {name: arr.name})} />}
            />
          </>
        }
      />
      {/* That it does not answer is said in the sentence below. */}
      {arrHealth(arr) !== 'trouble' && <ArrTrouble arr={arr} className="mt-3" />}
      {arr.webhook?.state === 'failed' && (
        <Note tone="warn" className="mt-3">
          {text('arr.webhook.fault', {fault: arr.webhook.fault ?? ''})}
        </Note>
      )}
      <ArrTestLine test={test} className="mt-3" />
    </div>
  )
}

/** "Radarr 5.14.0 · category films · calls Commodarr · read 3 s ago". */
function Facts({arr: {kind, category, manager, webhook}}: {arr: Arr}) {
  const now = useNow(10_000)
  const readAt = manager?.read_at ?? null
  return (
    <span className="text-12">
      {[
        `${arrKindName(kind)} ${manager?.version ?? ''}`.trim(),
        category === '' ? '' : text('arr.category', {category}),
        // Where it is not asked to, there is nothing to say.
        webhook === undefined ? '' : text(`arr.webhook.${webhook.state}`),
        readAt === null
          ? ''
          : text(manager?.is_behind ? 'arr.read.behind' : 'arr.read', {ago: written(ago(readAt, now))}),
      ]
        .filter((it) => it !== '')
        .join(' · ')}
    </span>
  )
}

/** What its manager can have it do, offered in the menu, the palette and by keys. */
function useArrCommands({id, name, access, manager}: Arr): readonly MenuEntry[] {
  const command = useMutation({
    mutationFn: (action: 'refresh' | 'rss_sync') => actOnArr(id, {action}),
    onSuccess: (_, action) => toast({text: text(`arr.do.${action}.done`, {name}), tone: 'good'}),
    onError: (error) => toast({text: error.message, tone: 'bad'}),
  })
  const reason = manager === null ? text('arr.unread.resting', {name}) : null
  const may = access !== 'view'
  useCommands(
    may
      ? [
          {
            id: 'arr refresh',
            group: 'act',
            label: 'arr.do.refresh',
            icon: RefreshCw,
            keys: ['r'],
            reason: () => reason,
            run: () => command.mutate('refresh'),
          },
          {
            id: 'arr rss',
            group: 'act',
            label: 'arr.do.rss_sync',
            icon: Rss,
            keys: [],
            reason: () => reason,
            run: () => command.mutate('rss_sync'),
          },
        ]
      : [],
  )
  if (!may) return []
  const off = reason === null ? {} : {disabledReason: reason}
  return [
    {
      id: 'refresh',
      label: text('arr.do.refresh'),
      icon: RefreshCw,
      ...off,
      onSelect: () => command.mutate('refresh'),
    },
    {
      id: 'rss',
      label: text('arr.do.rss_sync'),
      icon: Rss,
      ...off,
      onSelect: () => command.mutate('rss_sync'),
    },
    {separator: true},
  ]
}

/** What came of trying an Arr, until it is put away. */
export function ArrTestLine({test, className}: {test: ArrTestState; className?: string | undefined}) {
  if (test.isBusy) {
    return <p className={`text-12 text-text-3 ${className ?? ''}`}>{text('server.action.trying')}</p>
  }
  if (test.result === null) return null
  return (
    <Note
      tone={test.result.isWell ? 'good' : 'bad'}
      isNews
      className={className}
      action={<IconButton label={text('dialog.close')} icon={X} size="small" onClick={test.dismiss} />}
    >
      {test.result.words}
    </Note>
  )
}

interface ArrTestState {
  readonly run: () => void
  readonly isBusy: boolean
  /** What came of it, in words; `null` = not tried, or put away. */
  readonly result: {readonly isWell: boolean; readonly words: string} | null
  readonly dismiss: () => void
}

/** Tries an Arr now, with its result in place. */
export function useArrTest(id: string): ArrTestState {
  const trying = useMutation({
    mutationFn: () => testArr(id),
    onSuccess: ({app, version}) => announce(text('arr.tested', {app, version})),
    // Its manager does not wait for its next try either.
    onSettled: () => queries.invalidateQueries({queryKey: ['arrs']}),
  })
  const {data, error} = trying
  return {
    run: () => trying.mutate(),
    isBusy: trying.isPending,
    result: error
      ? {isWell: false, words: error.message}
      : data
        ? {isWell: true, words: text('arr.tested', {app: data.app, version: data.version})}
        : null,
    dismiss: trying.reset,
  }
}

/** How an Arr does, in a word with a shape. */
export function ArrHealthBadge({arr}: {arr: Arr}) {
  const {word, tone, icon} = healthLook(arr)
  return (
    <Badge tone={tone} icon={icon}>
      {text(word)}
    </Badge>
  )
}

/** What stands in the way of an Arr, and the one next step; nothing while all is well. */
export function ArrTrouble({arr, className}: {arr: Arr; className?: string | undefined}) {
  const words = troubleOf(arr)
  if (words === '') return arr.other_instance ? <OtherInstance arr={arr} className={className} /> : null
  return (
    <Note
      tone={arrHealth(arr) === 'held' ? 'warn' : 'bad'}
      className={className}
      action={<NextStep arr={arr} />}
    >
      {words}
    </Note>
  )
}

/** Two that command one Arr: one of them waits until a person says which. */
function OtherInstance({arr, className}: {arr: Arr; className: string | undefined}) {
  const {send, isBusy, error} = useSending()
  const {instance = '', is_copy: isCopy = false} = arr.other_instance ?? {}
  return (
    <Note
      tone="warn"
      className={className}
      action={
        arr.access === 'own' && (
          <TextButton disabled={isBusy} onClick={() => void send(() => takeOverArr(arr.id))}>
            {text('arr.take-over')}
          </TextButton>
        )
      }
    >
      {isCopy ? text('arr.other.copy') : text('arr.other', {instance: instance.slice(0, 8)})} {error}
    </Note>
  )
}

function NextStep({arr}: {arr: Arr}) {
  const field = cureField(arr)
  const other = arr.obstacle?.with[0]
  if (arr.access !== 'own') {
    return other ? (
      <Link to="/library/arrs/$id" params={{id: other.id}} className={textLinkClass}>
        {text('arr.show', {name: other.name})}
      </Link>
    ) : null
  }
  if (field === null) return null
  return (
    <TextButton onClick={() => openArrDialog({name: 'edit', id: arr.id, focus: field})}>
      {text(`arr.cure.${field}`)}
    </TextButton>
  )
}

/** What somebody may do with an Arr; for the rest it says whom to ask. */
export function useArrMenu(arr: Arr, onTest: () => void): readonly MenuEntry[] {
  const {id, access, enabled, owner} = arr
  const navigate = useNavigate()
  const change = useMutation({
    mutationFn: (patch: ArrPatch) => changeArr(id, patch),
    onError: (error) => toast({text: error.message, tone: 'bad'}),
  })
  return [
    {
      id: 'open',
      label: text('arr.do.open'),
      icon: SquareArrowOutUpRight,
      onSelect: () => void navigate({to: '/library/arrs/$id', params: {id}}),
    },
    ...(access === 'view'
      ? []
      : [{id: 'test', label: text('arr.do.test'), icon: Zap, onSelect: onTest} satisfies MenuEntry]),
    {separator: true},
    ...(access === 'own'
      ? ownEntries(id, enabled, change.mutate)
      : [
          {heading: owner ? text('server.ask-owner', {owner: owner.name}) : text('server.ask-administrator')},
        ]),
  ]
}

function ownEntries(id: string, enabled: boolean, change: (patch: ArrPatch) => void): readonly MenuEntry[] {
  return [
    {id: 'edit', label: text('arr.do.edit'), icon: Pencil, onSelect: () => openArrDialog({name: 'edit', id})},
    {
      id: 'share',
      label: text('arr.do.share'),
      icon: Share2,
      onSelect: () => openArrDialog({name: 'share', id}),
    },
    {
      id: 'enabled',
      label: text(enabled ? 'arr.do.off' : 'arr.do.on'),
      icon: Power,
      onSelect: () => change({enabled: !enabled}),
    },
    {separator: true},
    {
      id: 'remove',
      label: text('arr.do.remove'),
      icon: Trash2,
      danger: true,
      onSelect: () => openArrDialog({name: 'remove', id}),
    },
  ]
}
