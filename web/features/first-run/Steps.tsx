import {Check} from 'lucide-react'
import {text} from '../../i18n/text.ts'
import {Icon} from '../../ui/Icon.tsx'
import {joined} from '../../ui/joined.ts'
import {VisuallyHidden} from '../../ui/VisuallyHidden.tsx'
import {setUpSteps, stateOf, type SetUpStep, type StepState} from './set-up-steps.ts'

const looks: Readonly<Record<StepState, string>> = {
  done: 'border-st-seeding text-text-2',
  now: 'border-accent text-text font-medium max-phone:flex-2',
  later: 'border-line-strong text-text-3',
}

/** Where somebody is in setting up. */
export function Steps({now}: {now: SetUpStep}) {
  return (
    <ol aria-label={text('setup.steps')} className="mb-6 flex gap-2">
      {setUpSteps.map((step) => {
        const state = stateOf(step, now)
        return (
          <li
            key={step}
            aria-current={state === 'now' ? 'step' : undefined}
            className={joined(
              'flex min-w-0 flex-1 items-center gap-1.5 border-t-2 pt-[9px] text-12',
              looks[state],
            )}
          >
            {state === 'done' && (
              <>
                <Icon icon={Check} size={14} className="text-st-seeding" />
                <VisuallyHidden>{text('setup.step-done')}</VisuallyHidden>
              </>
            )}
            <span className={joined('truncate', state !== 'now' && 'max-phone:sr-only')}>
              {text(`setup.step.${step}`)}
            </span>
          </li>
        )
      })}
    </ol>
  )
}
