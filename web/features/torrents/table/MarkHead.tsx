import {text} from '../../../i18n/text.ts'
import {CheckMark} from '../../../ui/CheckMark.tsx'
import {selection, useChosen, useIsHere, type Chosen} from '../selection.ts'

/** All, some or none are chosen; a click chooses all that match, or none. */
export function MarkHead({onChooseAll}: {onChooseAll: () => void}) {
  const chosen = useChosen()
  const state = useIsHere() && stateOf(chosen)
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
    <div role="columnheader" className="tt-head-mark">
      <button
        type="button"
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role
        role="checkbox"
        aria-checked={state}
        aria-label={text('head.choose-all')}
        className="grid h-full w-full items-center pl-3 focus-visible:shadow-focus-in"
        onClick={() => (state === true ? selection.clear() : onChooseAll())}
      >
        <CheckMark state={state} />
      </button>
    </div>
  )
}

function stateOf(chosen: Chosen): boolean | 'mixed' {
  if (chosen.kind === 'matching') return chosen.except.size === 0 ? true : 'mixed'
  return chosen.names.size > 0 && 'mixed'
}
