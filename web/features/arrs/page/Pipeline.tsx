import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Hand, Trash2, type LucideIcon} from 'lucide-react'
import type {Arr} from '../../../api/arrs.ts'
import {foundTotal} from '../../../api/torrents.ts'
import {trashQuery} from '../../../api/trash.ts'
import {text} from '../../../i18n/text.ts'
import {count} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import type {StateIconName} from '../../../ui/state-icons.ts'
import {StateIcon} from '../../../ui/StateIcon.tsx'
import {useServerScope} from '../../servers/switcher/scope.ts'
import {hasEnded} from '../../trash/trash-state.ts'
import {queueStages, type QueueStage} from '../queue/queue-lines.ts'

const icons: Readonly<Record<QueueStage, StateIconName | LucideIcon>> = {
  grabbed: 'queued',
  downloading: 'downloading',
  stalled: 'stalled',
  checking: 'checking',
  importing: 'moving',
  waiting: Hand,
}

const step =
  'grid min-w-0 gap-px bg-surface px-4 py-3 text-left text-text hover:bg-hover hover:no-underline focus-visible:shadow-focus-in aria-[current]:bg-accent-soft max-desk:px-3 max-phone:py-2.5'

/** Where the downloads of an Arr are on their way; each number leads to the list of exactly these. None is out of sight. */
export function Pipeline({
  arr,
  counts,
  stage,
}: {
  arr: Arr
  /** `null` = the queue is not read. */
  counts: Readonly<Record<QueueStage, number>> | null
  stage: QueueStage | null
}) {
  return (
    <section
      aria-label={text('arr.pipeline')}
      className="grid grid-cols-8 gap-px overflow-clip rounded-l border border-line-strong bg-line max-desk:grid-cols-4 max-phone:grid-cols-2"
    >
      {queueStages.map((it) => (
        <Link
          key={it}
          to="/library/arrs/$id"
          params={{id: arr.id}}
          // The same one again shows all.
          search={stage === it ? {} : {stage: it}}
          activeProps={{}}
          activeOptions={{exact: true}}
          aria-current={stage === it ? 'true' : undefined}
          resetScroll={false}
          className={step}
        >
          <Label icon={icons[it]} words={text(`arr.stage.${it}`)} />
          <Figure value={counts?.[it] ?? null} isLoud={it === 'waiting'} />
        </Link>
      ))}
      <Seeding category={arr.category} />
      <InTrash id={arr.id} />
    </section>
  )
}

function Seeding({category}: {category: string}) {
  const q = `category:"${category.replaceAll('"', '')}" state:seeding`
  const {data} = useQuery({...foundTotal(q), enabled: category !== ''})
  return (
    <Link to="/torrents" search={{q}} className={step}>
      <Label icon="seeding" words={text('arr.stage.seeding')} />
      <Figure value={data ?? null} />
    </Link>
  )
}

/** Downloads of it that can be brought back, on the servers that are shown. */
function InTrash({id}: {id: string}) {
  const {data} = useQuery(trashQuery)
  const scope = useServerScope()
  const its = data?.filter(
    (item) => item.arr_id === id && !hasEnded(item) && (scope?.includes(item.server_id) ?? true),
  )
  return (
    <Link to="/torrents/trash" search={{arr: id}} className={step}>
      <Label icon={Trash2} words={text('arr.stage.trash')} ink="text-text-3" />
      <Figure value={its?.length ?? null} />
    </Link>
  )
}

function Label({
  icon,
  words,
  ink = 'text-st-stalled',
}: {
  icon: StateIconName | LucideIcon
  words: string
  ink?: string
}) {
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-12 text-text-2">
      {typeof icon === 'string' ? (
        <StateIcon state={icon} size={14} />
      ) : (
        <Icon icon={icon} size={14} className={ink} />
      )}
      <span className="min-w-0 truncate">{words}</span>
    </span>
  )
}

/** @param value `null` = not known: never a zero */
function Figure({value, isLoud = false}: {value: number | null; isLoud?: boolean}) {
  return (
    <b
      title={value === null ? text('arrs.queue.unknown') : undefined}
      className={joined(
        'num text-20/tight tracking-[-.02em]',
        isLoud && value ? 'text-st-stalled' : undefined,
      )}
    >
      {value === null ? '?' : count(value)}
    </b>
  )
}
