/** The box around everything that is typed or chosen. */
export const controlClass =
  'flex h-8 w-full min-w-0 items-center gap-2 rounded-m border border-control bg-surface px-2.5 text-left ' +
  'transition-colors max-phone:h-11 max-phone:text-16 pointer-coarse:h-11 pointer-coarse:text-16 ' +
  'placeholder:text-text-3 focus-visible:border-accent focus-visible:shadow-[0_0_0_3px_var(--accent-soft)] ' +
  'has-[input:focus-visible]:border-accent has-[input:focus-visible]:shadow-[0_0_0_3px_var(--accent-soft)] ' +
  'aria-invalid:border-st-error has-[[aria-invalid]]:border-st-error disabled:text-text-off'

/** Inside a box that is drawn around it. */
export const bareInputClass = 'min-w-0 flex-1 self-stretch bg-transparent focus-visible:shadow-none'

/** A panel that opens: menus, lists, popovers. As high as dialogs, since it opens in them too; what came last is above. */
export const panelClass = 'kit-pop z-dialog rounded-l bg-raised text-text shadow-2 focus-visible:shadow-2'
