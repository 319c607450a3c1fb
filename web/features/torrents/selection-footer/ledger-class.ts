/** The line itself, whatever stands in it. */
export const ledgerClass =
  'flex h-10 min-w-0 items-center overflow-hidden border-t border-line-strong px-3 whitespace-nowrap max-phone:h-[52px] max-phone:pr-1.5'
