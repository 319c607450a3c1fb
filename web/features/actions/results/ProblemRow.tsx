import {useNavigate} from '@tanstack/react-router'
import {CircleHelp, CircleX} from 'lucide-react'
import {useState} from 'react'
import {text} from '../../../i18n/text.ts'
import {Button} from '../../../ui/Button.tsx'
import {Icon} from '../../../ui/Icon.tsx'
import {MiddleText} from '../../../ui/MiddleText.tsx'
import type {ProblemGroup} from './result-groups.ts'
import {causeWords, groupTitle, moreOfCause} from './result-words.ts'

/** One cause in one sentence; on demand all that was said of it, and whom it concerns. */
export function ProblemRow({group}: {group: ProblemGroup}) {
  const [isOpen, setOpen] = useState(false)
  const more = moreOfCause(group)
  const isUnsure = group.outcome === 'unconfirmed'
  return (
    <li className="grid grid-cols-[18px_minmax(0,1fr)_auto] items-center gap-2.5 py-1.5 pr-2 pl-3.5">
      <Icon
        icon={isUnsure ? CircleHelp : CircleX}
        className={isUnsure ? 'text-st-stalled' : 'text-st-error'}
      />
      <span className="grid min-w-0">
        <b className="font-medium">{groupTitle(group)}</b>
        <span className="text-12 text-pretty wrap-anywhere text-text-2">{causeWords(group)}</span>
      </span>
      <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {text('result.details')}
      </Button>
      {isOpen && (
        <div className="col-span-2 col-start-2 grid max-h-40 gap-1 overflow-y-auto">
          {more !== '' && <p className="text-12 text-pretty wrap-anywhere text-text-2">{more}</p>}
          <Items items={group.items} />
        </div>
      )}
    </li>
  )
}

function Items({items}: {items: ProblemGroup['items']}) {
  const navigate = useNavigate()
  return (
    <ul>
      {items.map(({key, name}) => (
        <li key={key}>
          <button
            type="button"
            className="block w-full rounded-s py-0.5 text-left text-12 text-accent-strong hover:underline focus-visible:shadow-focus-in pointer-coarse:py-3"
            onClick={() => void navigate({to: '/torrents', search: (before) => ({...before, at: key})})}
          >
            <MiddleText>{name}</MiddleText>
          </button>
        </li>
      ))}
    </ul>
  )
}
