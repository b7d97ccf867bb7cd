"""The stacks on AWS: templates, bucket policies, and how a stack is brought up."""
