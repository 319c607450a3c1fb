import {
  CircleCheck,
  CircleDashed,
  CircleHelp,
  CircleX,
  Clock,
  File,
  FilePlus,
  Link,
  Magnet,
  X,
  type LucideIcon,
} from 'lucide-react'
import {useRef, useState, type ClipboardEvent} from 'react'
import {text, type TextKey} from '../../i18n/text.ts'
import {Button} from '../../ui/Button.tsx'
import {Field} from '../../ui/Field.tsx'
import {bytes} from '../../ui/format.ts'
import {Icon} from '../../ui/Icon.tsx'
import {IconButton} from '../../ui/IconButton.tsx'
import {TextArea} from '../../ui/Input.tsx'
import {joined} from '../../ui/joined.ts'
import {MiddleText} from '../../ui/MiddleText.tsx'
import {Quantity} from '../../ui/Quantity.tsx'
import {Skeleton} from '../../ui/Skeleton.tsx'
import {ServerName} from '../servers/ServerName.tsx'
import type {AddItem, Items} from './items.ts'
import type {Task} from './sending.ts'
import type {Target} from './targets.ts'

const icons = {file: File, magnet: Magnet, url: Link}

/** What was brought. The files of the one that is chosen stand at the right. */
export function ItemList({
  items,
  shownId,
  onShow,
}: {
  items: Items
  shownId: string | null
  onShow: (id: string) => void
}) {
  if (items.list.length === 0) return null
  return (
    <ul className="max-h-50 divide-y divide-line overflow-y-auto rounded-m border border-line-strong">
      {items.list.map((item) => (
        <li
          key={item.id}
          className={joined(
            'relative grid min-h-9 grid-cols-[18px_minmax(0,1fr)_auto_auto] items-center gap-2.5 py-1 pr-1 pl-2.5 pointer-coarse:min-h-11',
            item.id === shownId && items.list.length > 1 && 'bg-accent-soft',
          )}
        >
          <Icon icon={icons[item.kind]} className="text-text-2" />
          <button
            type="button"
            aria-pressed={item.id === shownId}
            onClick={() => onShow(item.id)}
            className="min-w-0 rounded-s text-left before:absolute before:inset-0 focus-visible:shadow-focus"
          >
            <MiddleText>{item.name}</MiddleText>
          </button>
          <Remark item={item} />
          <IconButton
            className="relative"
            size="small"
            icon={X}
            label={text('add.remove', {name: item.name})}
            onClick={() => items.remove(item.id)}
          />
        </li>
      ))}
    </ul>
  )
}

function Remark({item}: {item: AddItem}) {
  if (item.kind !== 'file')
    return <span className="text-12 text-text-3">{text(`add.kind.${item.kind}`)}</span>
  if (item.fault !== null) {
    return <span className="max-w-[40ch] text-12 text-pretty text-st-error">{item.fault}</span>
  }
  return item.content === null ? (
    <Skeleton width={56} />
  ) : (
    <Quantity value={bytes(item.content.size)} className="text-text-2" />
  )
}

/** No key and no correction of a word brings so many characters at once; an info hash in base32 has as many. */
const LEAST_PASTED = 32

/** Links are typed or pasted here; files are chosen by a button. */
export function LinkField({items}: {items: Items}) {
  const [typed, setTyped] = useState('')
  const [isUnknown, setUnknown] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const take = (pasted: string) => {
    const found = items.addText(pasted)
    setUnknown(found === 0 && pasted.trim() !== '')
    setTyped(found === 0 ? pasted : '')
  }
  const paste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files]
    if (files.length > 0) items.addFiles(files)
    else take(typed + event.clipboardData.getData('text'))
    event.preventDefault()
  }
  return (
    <div className="grid gap-2 phone:grid-cols-[minmax(0,1fr)_auto] phone:items-start">
      <Field
        label={text('add.links')}
        error={isUnknown ? text('add.links.unknown') : undefined}
        className="[&_label]:sr-only"
      >
        <TextArea
          rows={items.list.length === 0 ? 3 : 1}
          className={items.list.length === 0 ? '' : 'min-h-8!'}
          isMono={typed !== ''}
          spellCheck={false}
          placeholder={text('add.links')}
          value={typed}
          onPaste={paste}
          onChange={(event) => {
            const {value} = event.target
            setUnknown(false)
            // The keyboard of a phone offers what was copied, and puts it in without calling that pasting.
            if (value.length - typed.length >= LEAST_PASTED) take(value)
            else setTyped(value)
          }}
          onBlur={() => typed.trim() !== '' && take(typed)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey) return
            event.preventDefault()
            take(typed)
          }}
        />
      </Field>
      <Button icon={FilePlus} className="max-phone:h-11 phone:h-8" onClick={() => picker.current?.click()}>
        {text('add.files')}
      </Button>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label={text('add.files')}
        accept=".torrent,application/x-bittorrent"
        onChange={(event) => {
          items.addFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </div>
  )
}

/** What became of each torrent, server by server, as the answers come. */
export function AddResults({tasks, targets}: {tasks: readonly Task[]; targets: readonly Target[]}) {
  const used = targets.filter(({server}) => tasks.some(({serverId}) => serverId === server.server_id))
  return (
    <div className="grid gap-4" aria-live="polite">
      {used.map(({server, place}) => (
        <section key={server.server_id} className="grid gap-1.5">
          <h3 className="font-medium">
            <ServerName server={server} place={place} />
          </h3>
          <ul className="divide-y divide-line rounded-m border border-line-strong">
            {tasks
              .filter(({serverId}) => serverId === server.server_id)
              .map((task) => (
                <TaskRow key={task.itemId} task={task} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

interface Look {
  readonly icon: LucideIcon
  readonly ink: string
  readonly word: TextKey
}

const looks: Readonly<Record<'waits' | 'sending' | NonNullable<Task['sent']>['status'], Look>> = {
  waits: {icon: CircleDashed, ink: 'text-text-3', word: 'add.state.waits'},
  sending: {icon: CircleDashed, ink: 'text-accent', word: 'add.state.sending'},
  added: {icon: CircleCheck, ink: 'text-st-seeding', word: 'add.state.added'},
  duplicate: {icon: CircleCheck, ink: 'text-text-2', word: 'add.state.duplicate'},
  pending: {icon: Clock, ink: 'text-text-2', word: 'add.state.pending'},
  failed: {icon: CircleX, ink: 'text-st-error', word: 'add.state.failed'},
  unconfirmed: {icon: CircleHelp, ink: 'text-st-stalled', word: 'add.state.unconfirmed'},
}

function TaskRow({task: {name, state, sent}}: {task: Task}) {
  const look = looks[sent?.status ?? (state === 'sending' ? 'sending' : 'waits')]
  return (
    <li className="grid grid-cols-[18px_minmax(0,1fr)_auto] items-center gap-x-2.5 px-2.5 py-1.5">
      <Icon icon={look.icon} className={look.ink} />
      <MiddleText>{name}</MiddleText>
      <span className={joined('text-12', sent?.status === 'failed' ? 'text-st-error' : 'text-text-2')}>
        {text(look.word)}
      </span>
      {sent && sent.words !== '' && (
        <span className="col-span-2 col-start-2 text-12 text-pretty wrap-anywhere text-text-2">
          {sent.words}
        </span>
      )}
    </li>
  )
}
