import {text} from '../../i18n/text.ts'

/** The first thing that Tab reaches: past the frame, to the page. */
export function SkipLink() {
  return (
    <a
      href="#page"
      className="fixed top-1 left-1 z-palette rounded-m bg-raised px-3 py-1.5 text-accent shadow-2 not-focus:sr-only"
      onClick={(event) => {
        event.preventDefault()
        document.querySelector<HTMLElement>('main')?.focus()
      }}
    >
      {text('shell.skip')}
    </a>
  )
}
