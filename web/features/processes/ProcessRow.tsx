import {useMutation} from '@tanstack/react-query'
import {RotateCw} from 'lucide-react'
import {restartProcess, type Process} from '../../api/processes.ts'
import {useNow} from '../../live/clock.ts'
import {text} from '../../i18n/text.ts'
import {Badge} from '../../ui/Badge.tsx'
import {Button} from '../../ui/Button.tsx'
import {bytes, count, written} from '../../ui/format.ts'
import {endWords, passWords, processLooks, stateWords} from './process-words.ts'

/** The columns that head and rows share. */
export const processGrid =
  'desk:grid desk:grid-cols-[minmax(160px,1fr)_170px_minmax(190px,1fr)_90px_90px_110px] desk:items-center desk:gap-x-5 desk:px-4'

/** One thread: how it does, when it judged, what it needs, how it ended last. @param name of whom it is */
export function ProcessRow({process, name}: {process: Process; name: string}) {
  const {id, state, restarts, pulse} = process
  const now = useNow()
  const {word, tone, icon} = processLooks[state]
  const end = endWords(process, now)
  const restarting = useMutation({mutationFn: () => restartProcess(id)})
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
