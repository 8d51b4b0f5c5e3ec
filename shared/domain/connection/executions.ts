/** The workflow's executions, as those see them who start one or wake it. */
export interface Executions {
  /** Starts the execution of this attempt; one that was started before is left as it is. */
  start(connectionId: string, attempt: number): Promise<void>;
  /** Ends a wait. `gone`: it has timed out, was woken before or its execution ended. */
  wake(taskToken: string): Promise<'woken' | 'gone'>;
}
