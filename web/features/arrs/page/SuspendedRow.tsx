import {Link} from '@tanstack/react-router'
import {resumeRule} from '../../../api/rules.ts'
import {usePermission} from '../../../api/session.ts'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {exactTime} from '../../../ui/format-time.ts'
import {Note} from '../../../ui/Note.tsx'
import {textLinkClass} from '../../../ui/TextButton.tsx'
import {useSending} from '../../accounts/use-sending.ts'
import {guardWords} from '../../journal/deed-words.ts'
import type {SuspendedRule} from './use-arr-asks.ts'

/** A rule that stopped itself: what held it up, the way to what it did, and on with it. @param now epoch ms */
export function SuspendedRow({rule: {id, name, suspended}, now}: {rule: SuspendedRule; now: number}) {
  const {send, isBusy, error} = useSending()
  const mayManage = usePermission('manage')
  const {reason, at} = suspended
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 py-3 max-phone:px-3.5">
      <div className="grid min-w-0 flex-1 basis-80 gap-1">
        <Link
          to="/rules"
          search={{rule: id}}
          className={`${textLinkClass} justify-self-start whitespace-normal!`}
        >
          {name}
        </Link>
        <p className="text-pretty wrap-anywhere text-text-2">
          {text('rules.suspended.says', {reason: guardWords(reason), when: exactTime(at, now)})}{' '}
          <Link to="/journal" search={{rule: id}} className={textLinkClass}>
            {text('arr.waiting.did')}
          </Link>
        </p>
        {error !== '' && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </div>
      {mayManage && (
        <Button
          aria-label={text('arr.waiting.resume', {name})}
          waitsFor={isBusy ? text('arr.answer.sending') : undefined}
          onClick={() => void send(() => resumeRule(id))}
        >
          {text('rules.resume')}
        </Button>
      )}
    </li>
  )
}
