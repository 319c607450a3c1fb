import type {ImportItem} from '../../../api/servers.ts'
import {text} from '../../../i18n/text.ts'
import {Badge, type Tone} from '../../../ui/Badge.tsx'
import {PasswordInput} from '../../../ui/PasswordInput.tsx'
import {TextButton} from '../../../ui/TextButton.tsx'
import {settingText} from '../page/daemon-settings.ts'
import {kindName} from '../server-words.ts'
import type {ImportState} from './use-import.ts'

const tones: Readonly<Record<ImportItem['action'], Tone>> = {
  add: 'good',
  change: 'info',
  same: 'quiet',
  remove: 'bad',
  refused: 'warn',
  skip: 'quiet',
}

/** One entry of a list: what is done with it, what changes, what did not come along, and what can be decided. */
export function ImportItemRow({
  item,
  state,
  isDone,
}: {
  item: ImportItem
  state: ImportState
  isDone: boolean
}) {
  const {action, name, server_type: kind, url, place} = item
  const choice = state.choiceOf(item.item)
  const isSkipped = choice?.do === 'skip'
  const canSkip = !isDone && action !== 'same' && action !== 'refused'
  return (
    <li className="grid gap-1.5 border-t border-line px-3 py-2.5 first:border-0">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <b className="min-w-0 truncate">{name ?? place ?? '?'}</b>
        <span className="min-w-0 flex-1 truncate text-12 text-text-2">
          {kind === null ? '' : kindName(kind)} {url}
        </span>
        <Badge tone={isDone ? statusTone(item) : tones[isSkipped ? 'skip' : action]}>
          {isDone && action !== 'same'
            ? text(`import.status.${item.status}`)
            : text(`import.action.${isSkipped ? 'skip' : action}`)}
        </Badge>
        {canSkip && (
          <TextButton
            onClick={() => state.choose(decided(item.item, choice?.password, isSkipped ? undefined : 'skip'))}
          >
            {text(isSkipped ? 'import.unskip' : 'import.skip')}
          </TextButton>
        )}
      </div>
      {action === 'change' && !isDone && (
        <p className="text-12 text-pretty text-text-2 wrap-anywhere">
          {item.changes
            .map(({field, from, to}) =>
              text('import.change', {field, from: settingText(from), to: settingText(to)}),
            )
            .join(' · ')}
        </p>
      )}
      {[...(item.message === null ? [] : [item.message]), ...item.warnings].map((words) => (
        <p key={words} className="text-12 text-pretty text-st-stalled wrap-anywhere">
          {words}
        </p>
      ))}
      {item.errors.map(({field, accepted}) => (
        <p key={field} className="text-12 text-pretty text-text-2 wrap-anywhere">
          {field}: {typeof accepted === 'string' ? accepted : accepted.join(', ')}
        </p>
      ))}
      {!isDone && !isSkipped && wantsPassword(item) && (
        <label className="grid items-center gap-x-3 gap-y-1 text-12 text-text-2 phone:grid-cols-[max-content_minmax(0,260px)]">
          {text('import.password')}
          <PasswordInput
            autoComplete="new-password"
            value={choice?.password ?? ''}
            onChange={(event) => state.choose({...choice, item: item.item, password: event.target.value})}
          />
        </label>
      )}
    </li>
  )
}

/** What is here already has one; it stays, unless the way to the server is another one now. */
function wantsPassword({action, missing}: ImportItem): boolean {
  return missing.includes('password') && (action === 'add' || action === 'refused')
}

type Choice = Parameters<ImportState['choose']>[0]

function decided(item: number, password: string | undefined, wanted: Choice['do']): Choice {
  return {item, ...(password !== undefined && {password}), ...(wanted !== undefined && {do: wanted})}
}

function statusTone({status}: ImportItem): Tone {
  if (status === 'done') return 'good'
  return status === 'failed' ? 'bad' : 'quiet'
}
