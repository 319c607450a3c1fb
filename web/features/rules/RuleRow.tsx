import {Link} from '@tanstack/react-router'
import {ChevronRight, Hand} from 'lucide-react'
import {useState} from 'react'
import {useSession} from '../../api/session.ts'
import {text} from '../../i18n/text.ts'
import {Icon} from '../../ui/Icon.tsx'
import {textLinkClass} from '../../ui/TextButton.tsx'
import {guardWords} from '../explain/action-words.ts'
import {RowModeMenu} from './RowModeMenu.tsx'
import {ownOf, type RuleRow} from './rule-rows.ts'
import {doneWords, togetherOf, type RuleWeek} from './rule-week.ts'
import {RuleSays} from './RuleSays.tsx'
import {plainText} from './sentence-pieces.ts'

/** A rule as a sentence: what it does, where, what it did this week, and whether it acts. */
export function RuleRowLine({
  row,
  order,
  weeks,
  mayManage,
}: {
  row: RuleRow
  /** Within its group; `null` = it is off. */
  order: number | null
  weeks: ReadonlyMap<string, RuleWeek> | undefined
  mayManage: boolean
}) {
  const [isOpen, setOpen] = useState(false)
  const {rules, says, beside, name} = row
  const [{rule, section}] = rules as [RuleRow['rules'][number]]
  const did = doneWords(togetherOf(rules.flatMap((it) => weeks?.get(it.rule.id) ?? [])))
  const isSeveral = rules.length > 1
  // Its Arr is named already.
  const shown = beside.filter((it) => plainText(it) !== section)
  return (
    <li className="grid grid-cols-[20px_minmax(0,1fr)_auto_auto] items-start gap-x-3 gap-y-0.5 px-3.5 py-2.5 max-phone:grid-cols-[minmax(0,1fr)_auto]">
      <span className="num pt-0.5 text-center text-12 text-text-3 max-phone:hidden">{order}</span>
      <div className="min-w-0 max-phone:col-span-full">
        {says.length === 0 ? (
          <p className="text-14/[1.5]">{text('rules.row.unreadable')}</p>
        ) : (
          <RuleSays row={row} mayManage={mayManage} />
        )}
        <p className="flex flex-wrap items-center gap-x-1.5 text-12/[1.5] text-text-3 wrap-anywhere">
          <Link
            to="/rules"
            search={{rule: rule.id}}
            data-hint="rule"
            className="relative inline-flex min-h-6 items-center font-medium text-text-2 hover:underline focus-visible:shadow-focus pointer-coarse:before:absolute pointer-coarse:before:-inset-y-3 pointer-coarse:before:inset-x-0"
          >
            {name}
          </Link>
          <Owner row={row} />
          {isSeveral && (
            <button
              type="button"
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
              className="relative inline-flex min-h-6 min-w-6 items-center gap-0.5 rounded-s text-text-2 hover:underline focus-visible:shadow-focus pointer-coarse:before:absolute pointer-coarse:before:-inset-y-3 pointer-coarse:before:inset-x-0"
            >
              · {text('rules.row.several', {count: rules.length})}
              <Icon icon={ChevronRight} size={14} className={isOpen ? 'rotate-90' : ''} />
            </button>
          )}
          {shown.map((pieces) => (
            <span key={plainText(pieces)}>· {plainText(pieces)}</span>
          ))}
        </p>
        {rule.suspended && (
          <p className="text-12 text-st-stalled">
            <Icon icon={Hand} size={14} className="mr-1 inline-block align-[-2px]" />
            {text('rules.row.paused', {reason: guardWords(rule.suspended.reason)})}{' '}
            <Link to="/rules" search={{rule: rule.id}} className={textLinkClass}>
              {text('rules.row.review')}
            </Link>
          </p>
        )}
      </div>
      <p className="num max-w-44 min-w-20 pt-0.5 text-right text-12 text-text-2 max-phone:max-w-none max-phone:text-left">
        {did === '' ? (weeks === undefined ? '' : '–') : did}
        {did !== '' && <span className="block text-text-3">{text('rules.row.week')}</span>}
      </p>
      <RowModeMenu name={name} rules={rules.map((it) => it.rule)} mayManage={mayManage} />
      {isOpen && (
        <ul className="col-span-full mt-1 grid gap-1 border-l border-line pl-3 phone:ml-8">
          {rules.map((it) => (
            <li key={it.rule.id} className="flex flex-wrap items-center gap-x-2 text-12 text-text-3">
              <Link to="/rules" search={{rule: it.rule.id}} className={textLinkClass}>
                {it.section}
              </Link>
              <span className="min-w-0 flex-1 wrap-anywhere">
                {ownOf(it, row).map(plainText).join(' · ')}
              </span>
              <RowModeMenu name={it.rule.name} rules={[it.rule]} mayManage={mayManage} />
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}

/** Of presets their sections, of rules of others whose they are. */
function Owner({row: {rules}}: {row: RuleRow}) {
  const me = useSession().visitor?.user_id ?? null
  const [{rule, section}] = rules as [RuleRow['rules'][number]]
  const {owner} = rule
  if (owner !== null && owner.id !== me) {
    return <span>· {text('rules.row.owner', {name: owner.name})}</span>
  }
  if (section === '') return null
  return <span>· {rules.map((it) => it.section).join(', ')}</span>
}
