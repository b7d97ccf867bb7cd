"""The operator's commands on an emulator of AWS.

Asserted elsewhere, as the emulator (ministack) does it wrongly or not at all:

- it does not know the condition key `s3:if-none-match`, so the statement that keeps
  readings as they are is taken out of the template here (`tests/permissions.py`
  evaluates it);
- it runs no container image without Docker, so the functions are zips of the same
  files here (`tests/images/` runs the images);
- it extracts no metrics from logs, so no alarm over ours ever changes, and those over
  Lambda's errors count the errors of other functions, too (`tests/e2e/test_operate.py`
  evaluates the alarms over the functions' own metrics);
- its scheduler puts no time into the input, and knows no queue for what it cannot
  hand over (`tests/integration/test_local_events.py`);
- it cannot split a text within a condition, so one name in Parameter Store is known
  by the whole of it here; its CloudFormation knows no budgets
  (`tests/unit/infra/aws/test_template_settings.py`);
- it deletes a bucket that is not empty with its stack, where AWS fails
  (`tests/unit/infra/aws/test_stacks.py` has all states of a stack);
- lifecycle rules of buckets are lost (`tests/unit/infra/aws/test_template_buckets.py`);
- the changes that it shows for a new stack include what a condition leaves out, and
  those of an update say of a bucket that is changed that it may be replaced, so an
  update is confirmed here;
- it refuses the policy's rights in ECR, which are for repositories by their names, so
  the images' commands run as the account's root here (`tests/rights.py` names them);
- retries follow within seconds, not minutes; nothing is billed, throttled or mailed.
"""
