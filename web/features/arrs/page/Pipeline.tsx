import {useQuery} from '@tanstack/react-query'
import {Link} from '@tanstack/react-router'
import {Hand, type LucideIcon} from 'lucide-react'
import type {Arr} from '../../../api/arrs.ts'
import {foundTotal} from '../../../api/torrents.ts'
import {text} from '../../../i18n/text.ts'
import {count} from '../../../ui/format.ts'
import {Icon} from '../../../ui/Icon.tsx'
import {joined} from '../../../ui/joined.ts'
import type {StateIconName} from '../../../ui/state-icons.ts'
import {StateIcon} from '../../../ui/StateIcon.tsx'
import {queueStages, type QueueStage} from '../queue/queue-lines.ts'

const icons: Readonly<Record<QueueStage, StateIconName | LucideIcon>> = {
  grabbed: 'queued',
  downloading: 'downloading',
  stalled: 'stalled',
  importing: 'moving',
  waiting: Hand,
}

const step =
  'grid min-w-29.5 flex-1 gap-px border-l border-line px-4 py-3 text-left first:border-0 hover:bg-hover focus-visible:shadow-focus-in'

/** Where the downloads of an Arr are on their way; each number filters the queue below. */
export function Pipeline({
  arr,
  counts,
  stage,
  onStage,
}: {
  arr: Arr
  /** `null` = the queue is not read. */
  counts: Readonly<Record<QueueStage, number>> | null
  stage: QueueStage | null
  onStage: (stage: QueueStage | null) => void
}) {
  return (
    <section
      aria-label={text('arr.pipeline')}
      className="flex overflow-x-auto rounded-l border border-line-strong bg-surface [scrollbar-width:none]"
    >
      {queueStages.map((it) => (
        <button
          key={it}
          type="button"
          aria-pressed={stage === it}
          onClick={() => onStage(stage === it ? null : it)}
          className={joined(step, 'aria-pressed:bg-accent-soft')}
        >
          <Label icon={icons[it]} words={text(`arr.stage.${it}`)} />
          <Figure value={counts?.[it] ?? null} isLoud={it === 'waiting'} />
        </button>
      ))}
      <Seeding category={arr.category} />
    </section>
  )
}

function Seeding({category}: {category: string}) {
  const q = `category:"${category.replaceAll('"', '')}" state:seeding`
  const {data} = useQuery({...foundTotal(q), enabled: category !== ''})
  return (
    <Link to="/torrents" search={{q}} className={`${step} text-text`}>
      <Label icon="seeding" words={text('arr.stage.seeding')} />
      <Figure value={data ?? null} />
    </Link>
  )
}

function Label({icon, words}: {icon: StateIconName | LucideIcon; words: string}) {
  return (
    <span className="flex items-center gap-1.5 text-12 text-text-2">
      {typeof icon === 'string' ? (
        <StateIcon state={icon} size={14} />
      ) : (
        <Icon icon={icon} size={14} className="text-st-stalled" />
      )}
      {words}
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
